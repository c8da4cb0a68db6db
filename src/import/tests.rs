//! Lists of each format, small ones, and broken ones.

use super::*;

const AWS_JSON: &str = r#"{"formatVersion": "v1.0", "offerCode": "AmazonEC2", "publicationDate": "2026-11-02T00:00:00Z",
 "products": {
  "A": {"sku": "A", "attributes": {"instanceType": "g5.xlarge", "regionCode": "us-east-1", "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used", "marketoption": "OnDemand"}},
  "B": {"sku": "B", "attributes": {"instanceType": "g5.xlarge", "regionCode": "us-east-1", "operatingSystem": "Windows", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used"}},
  "C": {"sku": "C", "attributes": {"instanceType": "ml.p6-b200.48xlarge-Hosting", "regionCode": "eu-west-1"}},
  "D": {"sku": "D", "attributes": {"instanceName": "ml.p6-b200.48xlarge", "instanceType": "ml.p6-b200.48xlarge-Training", "regionCode": "eu-west-1"}}},
 "terms": {"Reserved": {"A": [1, {"x": []}]}, "OnDemand": {
  "A": {"A.t": {"priceDimensions": {"d": {"unit": "Hrs", "pricePerUnit": {"USD": "0.9"}}}}},
  "B": {"B.t": {"priceDimensions": {"d": {"unit": "Hrs", "pricePerUnit": {"USD": "2.0"}}}}},
  "C": {"C.t": {"priceDimensions": {"d": {"unit": "Hrs", "pricePerUnit": {"USD": "100.0"}}}}},
  "D": {"D.t": {"priceDimensions": {"d": {"unit": "Hrs", "pricePerUnit": {"USD": "100.5"}}}}}}}}"#;

const AWS_CSV: &str = "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"x\"\n\"Publication Date\",\"2026-11-02T00:00:00Z\"\n\
    \"SKU\",\"TermType\",\"Unit\",\"PricePerUnit\",\"Currency\",\"Instance Type\",\"Tenancy\",\"Operating System\",\"CapacityStatus\",\"Pre Installed S/W\",\"Region Code\"\n\
    \"A\",\"OnDemand\",\"Hrs\",\"0.9\",\"USD\",\"g5.xlarge\",\"Shared\",\"Linux\",\"Used\",\"NA\",\"us-east-1\"\n\
    \"A\",\"Reserved\",\"Hrs\",\"0.4\",\"USD\",\"g5.xlarge\",\"Shared\",\"Linux\",\"Used\",\"NA\",\"us-east-1\"\n\
    \"B\",\"OnDemand\",\"Hrs\",\"0.95\",\"USD\",\"g5.xlarge\",\"Dedicated\",\"Linux\",\"Used\",\"NA\",\"us-east-1\"\n";

const AZURE: &str = r#"{"BillingCurrency": "USD", "Items": [
 {"currencyCode": "USD", "retailPrice": 3.5, "armRegionName": "eastus", "armSkuName": "Standard_NC24ads_A100_v4", "skuName": "NC24ads A100 v4", "productName": "Virtual Machines NCads A100 v4 Series", "serviceName": "Virtual Machines", "unitOfMeasure": "1 Hour", "type": "Consumption", "effectiveStartDate": "2026-10-01T00:00:00Z"},
 {"currencyCode": "USD", "retailPrice": 0.7, "armRegionName": "eastus", "armSkuName": "Standard_NC24ads_A100_v4", "skuName": "NC24ads A100 v4 Spot", "productName": "Virtual Machines NCads A100 v4 Series", "serviceName": "Virtual Machines", "unitOfMeasure": "1 Hour", "type": "Consumption", "effectiveStartDate": "2026-09-01T00:00:00Z"},
 {"currencyCode": "USD", "retailPrice": 9.5, "armRegionName": "eastus", "armSkuName": "Standard_NC24ads_A100_v4", "skuName": "x", "productName": "Virtual Machines NC Series Windows", "serviceName": "Virtual Machines", "unitOfMeasure": "1 Hour", "type": "Consumption"},
 {"currencyCode": "USD", "retailPrice": 2000, "armRegionName": "eastus", "armSkuName": "Standard_NC24ads_A100_v4", "skuName": "x", "productName": "y", "serviceName": "Virtual Machines", "unitOfMeasure": "1 Hour", "type": "Reservation"}]}"#;

fn google() -> String {
    let sku = |description: &str, usage: &str, nanos: u64| {
        format!(
            r#"{{"description": "{description} running in Americas", "category": {{"usageType": "{usage}"}}, "serviceRegions": ["us-central1"],
            "pricingInfo": [{{"effectiveTime": "2026-10-05T00:00:00Z", "pricingExpression": {{"tieredRates": [{{"unitPrice": {{"currencyCode": "USD", "units": "0", "nanos": {nanos}}}}}]}}}}]}}"#
        )
    };
    let skus = [
        sku("N1 Predefined Instance Core", "OnDemand", 31_611_000),
        sku("N1 Predefined Instance Ram", "OnDemand", 4_237_000),
        sku("Nvidia Tesla T4 GPU", "OnDemand", 350_000_000),
        sku("Spot Preemptible Nvidia Tesla T4 GPU", "Preemptible", 140_000_000),
        sku("N9 Odd Core", "OnDemand", 1),
    ];
    format!(r#"{{"skus": [{}], "nextPageToken": ""}}"#, skus.join(","))
}

fn written(text: &str) -> String {
    let mut out = Vec::new();
    List::read(text.as_bytes()).unwrap().write("mine", &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn each_format_gives_machines_by_the_hour() {
    assert_eq!(
        written(AWS_JSON),
        "g5.xlarge,us-east-1,0.9,,mine,2026-11-02\nml.p6-b200.48xlarge,eu-west-1,100.5,,mine,2026-11-02\n"
    );
    assert_eq!(written(AWS_CSV), "g5.xlarge,us-east-1,0.9,,mine,2026-11-02\n");
    assert_eq!(written(AZURE), "Standard_NC24ads_A100_v4,eastus,3.5,0.7,mine,2026-10-01\n");
    let composed = written(&google());
    assert!(composed.contains("T4,us-central1,0.35,0.14,mine,2026-10-05\n"), "{composed}");
    // 4 cores and 15 GiB, as Google's own page adds them up.
    let machine = composed.lines().find(|line| line.starts_with("n1-standard-4,")).unwrap();
    let usd: f64 = machine.split(',').nth(2).unwrap().parse().unwrap();
    assert!((usd - 0.189_999).abs() < 1e-6, "{machine}");
}

#[test]
fn broken_lists_are_refused_with_the_place() {
    let problem = |text: &str| List::read(text.as_bytes()).unwrap_err();
    assert!(problem("hello").starts_with("1:1: not a price list"));
    let cut = &AWS_JSON[..AWS_JSON.len() - 40];
    assert!(problem(cut).starts_with("11:"), "{}", problem(cut));
    let no_terms = &AWS_JSON[..AWS_JSON.find(",\n \"terms\"").unwrap()];
    assert!(problem(&format!("{no_terms}}}")).contains("no `terms`"));
    assert!(problem(&AWS_JSON.replace("{\"USD\": \"0.9\"}", "7")).starts_with("8:"));
    let short = format!("{AWS_CSV}\"C\",\"OnDemand\"\n");
    assert!(problem(&short).starts_with("8:1: 2 cells"), "{}", problem(&short));
    assert!(
        problem(&AZURE.replace("\"currencyCode\": \"USD\"", "\"currencyCode\": \"EUR\"")).contains("prices are in EUR")
    );
    assert!(problem("{\"skus\": []}").contains("no price"));
}
