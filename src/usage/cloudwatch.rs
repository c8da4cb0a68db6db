//! Measured use as `aws cloudwatch get-metric-data` prints it, of the SageMaker namespaces and of agents that publish
//! metrics of the same names.
//!
//! A series is told by its label, which must name the metric and the resource, as the dynamic label
//! `${PROP('Dim.EndpointName')}/${PROP('Dim.VariantName')} ${PROP('MetricName')}` does. SageMaker counts GPUs and CPUs
//! one by one: two busy GPUs are 200 percent. Called by `usage`.

use super::{Measured, Usage, Use};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    metric_data_results: Vec<Series>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Series {
    #[serde(default)]
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    timestamps: Vec<Time>,
    #[serde(default)]
    values: Vec<f64>,
}

/// As the versions of the AWS CLI and SDKs print it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    /// Seconds since 1970.
    Number(f64),
    /// ISO 8601.
    Text(String),
}

/// Where the use belongs that a metric speaks of.
type Part = fn(&mut Measured) -> &mut Option<Use>;

/// The metrics.
const METRICS: [(&str, Part); 4] = [
    ("GPUUtilization", |measured| &mut measured.gpu),
    ("GPUMemoryUtilization", |measured| &mut measured.gpu_memory),
    ("CPUUtilization", |measured| &mut measured.cpu),
    ("MemoryUtilization", |measured| &mut measured.memory),
];

/// The share of data points that may be higher than what is taken for the use when busy.
const ABOVE: f64 = 0.05;

/// Reads an answer. `Err` names the place or the series.
pub fn read(text: &str) -> Result<Usage, String> {
    let answer: Answer = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut usage = Usage::default();
    for series in &answer.metric_data_results {
        usage
            .take_series(series)
            .map_err(|problem| format!("series `{}`, `{}`: {problem}", series.id, series.label))?;
    }
    Ok(usage)
}

impl Usage {
    fn take_series(&mut self, series: &Series) -> Result<(), String> {
        let is_metric = |word: &&str| METRICS.iter().any(|(name, _)| name == word);
        let (metrics, names): (Vec<&str>, Vec<&str>) = series.label.split_whitespace().partition(is_metric);
        let ([metric], [name]) = (&metrics[..], &names[..]) else {
            let known = METRICS.map(|(name, _)| name).join(", ");
            return Err(format!(
                "the label must be a resource and a metric ({known}), such as `ranking/main GPUUtilization`"
            ));
        };
        let Some(percent) = when_busy(&series.values)? else { return Ok(()) };
        // Hosts of one job are named `job/algo-1`.
        let name = name.split_once("/algo-").map_or(*name, |(job, _)| job);
        let measured = self.0.entry(name.to_ascii_lowercase()).or_default();
        let days = days(&series.timestamps)?;
        measured.days = Some(measured.days.map_or(days, |have| have.max(days)));
        for (_, place) in METRICS.iter().filter(|(known, _)| known == metric) {
            let place = place(measured);
            let before = place.map_or(0.0, |before| before.of(1.0));
            *place = Some(Use::Units((percent / 100.0).max(before)));
        }
        Ok(())
    }
}

/// What few data points exceed; `None` where there are none.
fn when_busy(values: &[f64]) -> Result<Option<f64>, String> {
    if let Some(wrong) = values.iter().find(|value| !(value.is_finite() && **value >= 0.0)) {
        return Err(format!("{wrong} is no percentage"));
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let rank = (last as f64 * (1.0 - ABOVE)).ceil() as usize;
    Ok(sorted.get(rank.min(last)).copied())
}

/// From the first data point to the last, rounded up.
fn days(times: &[Time]) -> Result<f64, String> {
    let seconds = times.iter().map(|time| match time {
        Time::Number(seconds) => Ok(*seconds),
        Time::Text(text) => seconds(text).ok_or_else(|| format!("`{text}` is no time")),
    });
    let seconds = seconds.collect::<Result<Vec<f64>, String>>()?;
    let first = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let last = seconds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(((last - first) / 86_400.0).ceil().max(1.0))
}

/// Seconds since 1970 of `2026-11-01T12:30:00+00:00`; zones are all the same in one answer, and do not count.
fn seconds(text: &str) -> Option<f64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute) = (number(11..13)?, number(14..16)?);
    // The year begins in March, so that the leap day is its last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day;
    Some((days * 86_400 + hour * 3_600 + minute * 60) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_labels() {
        let text = r#"{"MetricDataResults": [
            {"Id": "g", "Label": "ranking/main GPUUtilization", "StatusCode": "Complete",
             "Timestamps": ["2026-11-15T00:00:00+00:00", "2026-11-14T12:00:00+00:00", "2026-11-01T00:00:00+00:00"],
             "Values": [88.0, 12.5, 3]},
            {"Id": "m", "Label": "GPUMemoryUtilization ranking/main", "Timestamps": [1793491200.0], "Values": [124.0]},
            {"Id": "a", "Label": "Bert/algo-1 GPUUtilization", "Timestamps": ["2026-11-01T00:00:00Z"], "Values": [90]},
            {"Id": "b", "Label": "Bert/algo-2 GPUUtilization", "Timestamps": ["2026-11-01T00:00:00Z"], "Values": [70]},
            {"Id": "e", "Label": "idle GPUUtilization", "Timestamps": [], "Values": []}
        ], "Messages": []}"#;
        let usage = Usage::read(text).unwrap();
        let ranking = &usage.0["ranking/main"];
        assert_eq!((ranking.gpu, ranking.gpu_memory), (Some(Use::Units(0.88)), Some(Use::Units(1.24))));
        assert_eq!(ranking.days, Some(14.0));
        assert_eq!(usage.0["bert"].gpu, Some(Use::Units(0.9)));
        assert_eq!(usage.0.len(), 2, "nothing was measured of the idle one");
    }

    #[test]
    fn rare_peaks_do_not_count() {
        let mut values = vec![20.0; 99];
        values.push(400.0);
        assert_eq!(when_busy(&values), Ok(Some(20.0)));
        assert_eq!(when_busy(&[5.0, 7.0]), Ok(Some(7.0)));
    }

    #[test]
    fn mistakes_name_the_series() {
        let wrong = |label: &str, time: &str, value: &str| {
            let series = format!(r#"{{"Id": "m1", "Label": "{label}", "Timestamps": [{time}], "Values": [{value}]}}"#);
            Usage::read(&format!(r#"{{"MetricDataResults": [{series}]}}"#)).unwrap_err()
        };
        assert!(wrong("GPUUtilization", "1", "2").contains("series `m1`, `GPUUtilization`: the label must"));
        assert!(wrong("a GPUUtilization", "\"soon\"", "2").contains("`soon` is no time"));
        assert!(wrong("a GPUUtilization", "1", "-2").contains("-2 is no percentage"));
        assert!(Usage::read("{}").unwrap_err().contains("MetricDataResults"));
        assert!(Usage::read("{\"MetricDataResults\": [}").unwrap_err().contains("line 1 column"));
    }

    #[test]
    fn times_are_days_apart() {
        let apart = |a: &str, b: &str| (seconds(b).unwrap() - seconds(a).unwrap()) / 86_400.0;
        assert_eq!(apart("2024-02-28T00:00:00Z", "2024-03-01 12:00:00"), 2.5);
        assert_eq!(apart("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"), 1.0);
    }
}
