//! How money reads: the only place that turns US dollars into text.
//!
//! Called by the outputs for people and by whoever words messages. It must not know findings beyond their [`Saving`].

use crate::finding::Saving;

/// The currency that people read and write amounts in. All calculation is in US dollars.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// What one US dollar is in it.
    pub per_usd: f64,
}

impl Default for Currency {
    fn default() -> Currency {
        Currency { code: "USD".to_owned(), per_usd: 1.0 }
    }
}

/// Currencies with a sign that no other one has, or that nobody takes for another.
const SIGNS: [(&str, &str); 5] = [("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("JPY", "¥"), ("INR", "₹")];

impl Currency {
    /// An amount: `$1,234` from 100 up, cents below, tenths of a cent below ten cents, `<$0.01` for less than a cent.
    pub fn amount(&self, usd: f64) -> String {
        let own = self.of(usd);
        format!("{}{}{}", sign(own), self.sign(), digits(own, own))
    }

    /// Two amounts: `$900–1,500`. Both show cents or neither does.
    pub fn range(&self, low: f64, high: f64) -> String {
        let (low, high) = (self.of(low), self.of(high));
        format!("{}{}{}–{}", sign(low), self.sign(), digits(low, high), digits(high, high))
    }

    /// US dollars in this currency.
    pub fn of(&self, usd: f64) -> f64 {
        usd * self.per_usd
    }

    /// US dollars for an amount in this currency.
    pub fn in_usd(&self, own: f64) -> f64 {
        own / self.per_usd
    }

    /// What stands before a number.
    fn sign(&self) -> String {
        let known = SIGNS.iter().find(|(code, _)| *code == self.code);
        known.map_or_else(|| format!("{} ", self.code), |(_, sign)| (*sign).to_owned())
    }

    /// What a saving comes to: `$1,234 a month`, `$12.40/h ($9.10–14.90)`, `up to $310 a run`, or several of them.
    /// `None` where no figure is known.
    pub fn saving(&self, saving: &Saving) -> Option<String> {
        let about = if saving.estimated { "about " } else { "" };
        let mut figures = Vec::new();
        figures.extend(saving.usd_per_month.map(|usd| format!("{about}{} a month", self.amount(usd))));
        figures.extend(saving.usd_per_hour.map(|usd| format!("{about}{}/h", self.amount(usd))));
        figures.extend(saving.usd_worst_case.map(|usd| format!("up to {about}{} a run", self.amount(usd))));
        let main = figures.first_mut()?;
        if let (Some(low), Some(high)) = (saving.low, saving.high) {
            main.push_str(&format!(" ({})", self.range(low, high)));
        }
        Some(figures.join(", "))
    }

    /// A saving with its assumptions and the date of the prices, in one line.
    pub fn explained(&self, of: &Saving) -> Option<String> {
        let mut text = self.saving(of)?;
        let mut because = Vec::new();
        if of.multiplier > 1 {
            because.push(format!("for {} equal resources", of.multiplier));
        }
        if !of.basis.is_empty() {
            because.push(of.basis.clone());
        }
        if !of.as_of.is_empty() {
            because.push(prices_of(&of.as_of));
        }
        if !because.is_empty() {
            text.push_str(&format!(" · {}", because.join("; ")));
        }
        Some(text)
    }

    /// Of when the catalogue's prices are, and at which rate they are converted.
    pub fn prices_of(&self, as_of: &str) -> String {
        match self.per_usd {
            1.0 => format!("prices of {as_of}"),
            rate => format!("prices of {as_of}, {rate} {} for a USD", self.code),
        }
    }
}

/// `prices of 2026-09-27`; says so where a list is less exact about its date.
pub fn prices_of(as_of: &str) -> String {
    match as_of {
        "undated" => "prices of an unknown date".to_owned(),
        year if year.len() == 4 => format!("prices of {year}, day unknown"),
        date => format!("prices of {date}"),
    }
}

fn sign(amount: f64) -> &'static str {
    match amount {
        amount if amount <= -0.005 => "-",
        amount if amount > 0.0 && amount < 0.01 => "<",
        _ => "",
    }
}

/// The digits of `amount`, as exact as `scale` asks for.
fn digits(amount: f64, scale: f64) -> String {
    let amount = amount.abs();
    let tiny = amount > 0.0 && amount < 0.01;
    let text = match scale.abs() {
        scale if scale >= 99.995 => format!("{amount:.0}"),
        // Prices of an hour or a GiB are multiplied: a tenth of a cent shows.
        scale if scale < 0.0995 && !tiny => {
            let text = format!("{amount:.3}");
            text.strip_suffix('0').unwrap_or(&text).to_owned()
        }
        _ => format!("{:.2}", if tiny { 0.01 } else { amount }),
    };
    let (whole, cents) = text.split_once('.').map_or((text.as_str(), None), |(whole, cents)| (whole, Some(cents)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match cents {
        Some("00") | None => grouped,
        Some(cents) => format!("{grouped}.{cents}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_show_what_matters() {
        let dollars = Currency::default();
        let shown: Vec<String> = [0.0, 0.003, 0.05, 0.045, 0.0999, 5.0, 12.4, 99.996, 1234.4, 1_234_567.0, -3.5]
            .map(|usd| dollars.amount(usd))
            .into();
        assert_eq!(
            shown,
            ["$0", "<$0.01", "$0.05", "$0.045", "$0.10", "$5", "$12.40", "$100", "$1,234", "$1,234,567", "-$3.50"]
        );
        assert_eq!(dollars.range(900.4, 1500.0), "$900–1,500");
        assert_eq!(dollars.range(9.1, 14.9), "$9.10–14.90");
    }

    #[test]
    fn other_currencies_are_converted() {
        let of = |code: &str, per_usd| Currency { code: code.to_owned(), per_usd };
        assert_eq!(of("EUR", 0.92).amount(1000.0), "€920");
        assert_eq!(of("CHF", 0.8).range(10.0, 20.0), "CHF 8–16");
        assert_eq!(of("EUR", 0.92).prices_of("2026-09-27"), "prices of 2026-09-27, 0.92 EUR for a USD");
        assert!((of("EUR", 0.92).in_usd(92.0) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_saving_names_its_unit_range_and_basis() {
        let spot = Saving {
            usd_per_hour: Some(12.4),
            usd_worst_case: Some(310.0),
            low: Some(9.1),
            high: Some(14.9),
            multiplier: 3,
            estimated: true,
            basis: "spot price of us-east-1".into(),
            as_of: "2026-09-27".into(),
            ..Saving::default()
        };
        assert_eq!(
            Currency::default().explained(&spot).unwrap(),
            "about $12.40/h ($9.10–14.90), up to about $310 a run · \
             for 3 equal resources; spot price of us-east-1; prices of 2026-09-27"
        );
        assert_eq!(Currency::default().explained(&Saving::default()), None);
        assert_eq!(
            ["2026", "about 2021", "undated"].map(prices_of),
            ["prices of 2026, day unknown", "prices of about 2021", "prices of an unknown date"]
        );
    }
}
