//! Measured use as a table: CSV with a heading, or a JSON list of objects with the same keys.
//!
//! Called by `usage`.

use super::{Measured, Usage, Use};
use crate::suggest::unknown_field;
use serde::Deserialize;

/// Hours of the longest month.
const MAX_HOURS: f64 = 744.0;

/// One row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    resource: String,
    gpu_percent: Option<f64>,
    gpu_memory_percent: Option<f64>,
    cpu_percent: Option<f64>,
    memory_percent: Option<f64>,
    hours_per_month: Option<f64>,
    days: Option<f64>,
}

/// Reads CSV. `Err` names the line.
pub fn read_csv(text: &str) -> Result<Usage, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut usage = Usage::default();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = record.deserialize(Some(&headings)).map_err(|error| match error.kind() {
            csv::ErrorKind::Deserialize { err, .. } => {
                let field = err.field().and_then(|at| headings.get(usize::try_from(at).ok()?));
                let field = field.map_or(String::new(), |name| format!("{name}: "));
                format!("line {line}: {field}{}", unknown_field(&err.kind().to_string()))
            }
            _ => format!("line {line}: {error}"),
        })?;
        usage.take(row).map_err(|problem| format!("line {line}: {problem}"))?;
    }
    Ok(usage)
}

/// Reads JSON. `Err` names the line and column, or the element.
pub fn read_json(text: &str) -> Result<Usage, String> {
    let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| unknown_field(&error.to_string()))?;
    let mut usage = Usage::default();
    for (at, row) in rows.into_iter().enumerate() {
        usage.take(row).map_err(|problem| format!("element {}: {problem}", at + 1))?;
    }
    Ok(usage)
}

impl Usage {
    fn take(&mut self, row: Row) -> Result<(), String> {
        let share = |name: &str, percent: Option<f64>| match percent {
            Some(percent) if !(0.0..=100.0).contains(&percent) => {
                Err(format!("{name}: {percent} is no percentage of all there is, which is from 0 to 100"))
            }
            percent => Ok(percent.map(|percent| Use::Share(percent / 100.0))),
        };
        let amount = |name: &str, amount: Option<f64>, most: f64| match amount {
            Some(amount) if !(0.0..=most).contains(&amount) => Err(format!("{name}: {amount} is not from 0 to {most}")),
            amount => Ok(amount),
        };
        let measured = Measured {
            gpu: share("gpu_percent", row.gpu_percent)?,
            gpu_memory: share("gpu_memory_percent", row.gpu_memory_percent)?,
            cpu: share("cpu_percent", row.cpu_percent)?,
            memory: share("memory_percent", row.memory_percent)?,
            hours: amount("hours_per_month", row.hours_per_month, MAX_HOURS)?,
            days: amount("days", row.days, 36_500.0)?,
        };
        if self.0.insert(row.resource.to_ascii_lowercase(), measured).is_some() {
            return Err(format!("`{}` is there twice", row.resource));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "resource,gpu_percent,hours_per_month,days\nml.G5.12xlarge, 22 ,160,14\naws_instance.a,,20,\n";

    #[test]
    fn csv_and_json_say_the_same() {
        let usage = read_csv(CSV).unwrap();
        let busy =
            Measured { gpu: Some(Use::Share(0.22)), hours: Some(160.0), days: Some(14.0), ..Measured::default() };
        assert_eq!(usage.0["ml.g5.12xlarge"], busy);
        let json = r#"[{"resource": "ml.g5.12xlarge", "gpu_percent": 22, "hours_per_month": 160, "days": 14},
                       {"resource": "aws_instance.a", "hours_per_month": 20}]"#;
        assert_eq!(Usage::read(json).unwrap(), usage);
    }

    #[test]
    fn mistakes_have_a_place_and_a_reason() {
        let wrong = |from: &str, to: &str| Usage::read(&CSV.replace(from, to)).unwrap_err();
        assert_eq!(
            wrong("gpu_percent", "gpu_precent"),
            "line 2: unknown key `gpu_precent`; did you mean `gpu_percent`?"
        );
        assert!(wrong(" 22 ", "busy").starts_with("line 2: gpu_percent: "), "{}", wrong(" 22 ", "busy"));
        assert!(wrong(" 22 ", "220").contains("line 2: gpu_percent: 220 is no percentage"));
        assert!(wrong(",20,", ",2000,").contains("line 3: hours_per_month: 2000 is not from 0 to 744"));
        assert!(wrong("aws_instance.a", "ml.g5.12xlarge").contains("line 3: `ml.g5.12xlarge` is there twice"));
        assert!(wrong(",20,", ",20").contains("line: 3"));
        assert!(wrong("resource,", "thing,").contains("resource"));
        assert!(Usage::read("[{\"resource\": 1}]").unwrap_err().contains("line 1 column"));
        assert!(Usage::read("[{\"resource\": \"x\", \"days\": -1}]").unwrap_err().contains("element 1: days"));
    }
}
