//! `mlcost-lint catalog [TYPE…]`: what machines are and cost, at the prices the project pays.

use super::{CatalogArgs, CatalogCommand, Failure, exit, import, project, stdout, table};
use crate::catalog::{self, Accelerator, HOURS_PER_MONTH, Machine, Offer, Price, Prices, Spot};
use crate::report::money::Currency;
use crate::report::terminal;
use serde_json::{Value, json};
use std::io;

/// What stands where the catalogue knows nothing.
const UNKNOWN: &str = "–";

/// Something to rent, and everything known about it.
struct Row {
    name: String,
    provider: &'static str,
    family: &'static str,
    accelerator: Option<Accelerator>,
    count: f64,
    vcpus: Option<f64>,
    memory_gib: Option<f64>,
    price: Option<Price>,
    spot: Option<Spot>,
    cheaper: Option<Offer>,
}

/// Prints the machines asked for.
pub fn run(args: &CatalogArgs) -> Result<u8, Failure> {
    if let Some(CatalogCommand::Import { files, output }) = &args.command {
        return import::run(files, output.as_deref());
    }
    let (prices, currency) = project::prices()?;
    if let Some(region) = args.region.as_deref().filter(|region| catalog::region(region).is_none()) {
        return Err(Failure(format!("no region `{region}`; write its code, such as us-east-1")));
    }
    let region = args.region.as_deref();
    let mut rows = Vec::new();
    match args.types.is_empty() {
        true => {
            let accelerated = catalog::machines().filter(|machine| machine.accelerator.is_some());
            rows.extend(accelerated.map(|machine| of_machine(&machine, region, &prices)));
        }
        false => {
            for name in &args.types {
                rows.extend(named(name, region, &prices)?);
            }
        }
    }
    rows.retain(|row| is_wanted(row, args, &currency));
    stdout::print(|out| match args.json {
        true => writeln!(out, "{:#}", Value::from(rows.iter().map(object).collect::<Vec<_>>())),
        false => print(&rows, &currency, out),
    })?;
    Ok(exit::CLEAN)
}

/// What a name stands for: a machine type, a family of them, or an accelerator with the machines that have it.
fn named(name: &str, region: Option<&str>, prices: &Prices) -> Result<Vec<Row>, Failure> {
    if let Some(machine) = catalog::machine(name) {
        return Ok(vec![of_machine(&machine, region, prices)]);
    }
    let accelerator = catalog::accelerator(name);
    let is_meant = |machine: &Machine| {
        machine.family.eq_ignore_ascii_case(name)
            || accelerator.is_some_and(|accelerator| machine.accelerator == Some(accelerator.name))
    };
    let mut rows: Vec<Row> = accelerator.and_then(|one| attachable(one, region, prices)).into_iter().collect();
    rows.extend(catalog::machines().filter(is_meant).map(|machine| of_machine(&machine, region, prices)));
    if rows.is_empty() {
        return Err(Failure(match catalog::similar(name) {
            Some(near) => format!("no machine type `{name}`; did you mean `{near}`?"),
            None => format!("no machine type, family or accelerator `{name}`; `mlcost-lint catalog` lists them"),
        }));
    }
    Ok(rows)
}

fn of_machine(machine: &Machine, region: Option<&str>, prices: &Prices) -> Row {
    let name = machine.full_name();
    Row {
        provider: machine.provider,
        family: machine.family,
        accelerator: machine.accelerator.and_then(catalog::accelerator),
        count: machine.accelerator_count,
        vcpus: machine.vcpus,
        memory_gib: machine.memory_gib,
        price: prices.on_demand(&name, region),
        spot: prices.spot(&name, region),
        cheaper: prices.cheaper_equal(&name, region, false),
        name,
    }
}

/// One accelerator as it is attached to a machine.
fn attachable(accelerator: Accelerator, region: Option<&str>, prices: &Prices) -> Option<Row> {
    let price = prices.attached(accelerator.name, region)?;
    Some(Row {
        name: format!("{}, attached", accelerator.name),
        provider: catalog::provider_of(price.region)?,
        family: accelerator.name,
        spot: prices.attached_spot(accelerator.name, region),
        accelerator: Some(accelerator),
        count: 1.0,
        vcpus: None,
        memory_gib: None,
        price: Some(price),
        cheaper: None,
    })
}

fn is_wanted(row: &Row, args: &CatalogArgs, currency: &Currency) -> bool {
    let accelerator = args.accelerator.as_deref().map(|name| catalog::accelerator(name).map(|one| one.name));
    let hourly = row.price.as_ref().map(|price| currency.of(price.usd));
    let most = args.max_hourly.is_none_or(|most| hourly.is_some_and(|hourly| hourly <= most));
    args.provider.as_deref().is_none_or(|provider| row.provider.eq_ignore_ascii_case(provider))
        && accelerator.is_none_or(|wanted| wanted.is_some() && row.accelerator.map(|one| one.name) == wanted)
        && most
}

fn print(rows: &[Row], currency: &Currency, out: &mut dyn io::Write) -> io::Result<()> {
    let (hour, month) = (format!("{}/H", currency.code), format!("{}/MONTH", currency.code));
    let head = ["TYPE", "ACCELERATORS", "VCPUS", "GIB", &hour, &month, "SPOT/H", "CHEAPER EQUAL", "PRICE OF"];
    let rows = rows.iter().map(|row| cells(row, currency));
    let lines: Vec<[String; 9]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    table::write(&lines, 0, terminal::width(), out)
}

fn cells(row: &Row, currency: &Currency) -> [String; 9] {
    let number = |value: Option<f64>| value.map_or(UNKNOWN.to_owned(), |value| value.to_string());
    let money = |value: Option<f64>| value.map_or(UNKNOWN.to_owned(), |usd| currency.amount(usd));
    let hourly = row.price.as_ref().map(|price| price.usd);
    let accelerators = row.accelerator.map_or(String::new(), |one| {
        let count = if row.count > 0.0 { row.count.to_string() } else { "?".to_owned() };
        let memory = one.memory_gib.filter(|_| row.count > 0.0).map(|gib| format!(", {} GiB", gib * row.count));
        format!("{count} × {}{}", one.name, memory.unwrap_or_default())
    });
    [
        row.name.clone(),
        accelerators,
        number(row.vcpus),
        number(row.memory_gib),
        money(hourly),
        money(hourly.map(|usd| usd * HOURS_PER_MONTH)),
        row.spot.as_ref().map_or(UNKNOWN.to_owned(), |spot| format!("~{}", currency.amount(spot.usd))),
        row.cheaper.as_ref().map_or(String::new(), |offer| format!("{} at {}", offer.name, currency.amount(offer.usd))),
        row.price.as_ref().map_or("no price is known".to_owned(), origin),
    ]
}

/// Where a price holds, of when it is, and who says so.
fn origin(price: &Price) -> String {
    let estimated = if price.estimated { " (estimated)" } else { "" };
    let as_of = if price.as_of.is_empty() { String::new() } else { format!(", {}", price.as_of) };
    format!("{}{estimated}{as_of}, {}", price.region, price.source)
}

fn object(row: &Row) -> Value {
    let price = row.price.as_ref();
    json!({
        "type": row.name,
        "provider": row.provider,
        "family": row.family,
        "accelerator": row.accelerator.map(|one| json!({
            "name": one.name,
            "count": Some(row.count).filter(|count| *count > 0.0),
            "memory_gib": one.memory_gib,
            "fp16_tflops": one.fp16_tflops,
            "year": one.year,
        })),
        "vcpus": row.vcpus,
        "memory_gib": row.memory_gib,
        "region": price.map(|price| price.region),
        "usd_per_hour": price.map(|price| price.usd),
        "usd_per_month": price.map(|price| price.usd * HOURS_PER_MONTH),
        "estimated": price.map(|price| price.estimated),
        "spot": row.spot.as_ref().map(|spot| json!({
            "usd_per_hour": spot.usd, "low": spot.low, "high": spot.high, "estimated": spot.estimated, "as_of": spot.as_of,
        })),
        "cheaper_equal": row.cheaper.as_ref().map(|offer| json!({"type": offer.name, "usd_per_hour": offer.usd})),
        "as_of": price.map(|price| &*price.as_of).filter(|as_of| !as_of.is_empty()),
        "source": price.map(|price| &*price.source),
    })
}
