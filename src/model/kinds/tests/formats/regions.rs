//! Where resources are: with the resource they belong to, and by the providers that modules pass on.

use super::super::super::testing::of_kind;
use super::inventory;
use crate::input::terraform::Terraform;
use crate::model::resource::Inventory;

/// Region by address of the resources of a kind.
fn regions(inventory: &Inventory, kind: &str) -> Vec<(String, String)> {
    let region = |id| {
        let native = &inventory.resource(id).native;
        (native.display_address(), native.region.value.as_str().unwrap_or("?").to_owned())
    };
    of_kind(inventory, kind).iter().map(|id| region(*id)).collect()
}

#[test]
fn pools_are_where_their_cluster_is() {
    let code = r#"
        provider "google" { region = "us-central1" }
        resource "google_container_cluster" "c" {
          name     = "ml"
          location = "us-east1-b"
          node_pool { name = "inside" }
        }
        resource "google_container_node_pool" "by_name" { cluster = google_container_cluster.c.name }
        resource "google_container_node_pool" "by_id" { cluster = google_container_cluster.c.id }
        resource "google_container_node_pool" "own" {
          cluster  = google_container_cluster.c.id
          location = "europe-west4"
        }
        resource "google_container_node_pool" "elsewhere" { cluster = "other" }
    "#;
    let regions = regions(&inventory(&Terraform, code), "node_pool");
    let of =
        |name: &str| regions.iter().find(|(address, _)| address.ends_with(name)).map(|(_, region)| region.as_str());
    assert_eq!(["by_name", "by_id", "own"].map(of), [Some("us-east1"), Some("us-east1"), Some("europe-west4")]);
    assert_eq!(of("elsewhere"), Some("us-central1"));
}

#[test]
fn azure_pools_and_instances_are_where_they_belong() {
    let code = r#"
        locals { places = { a = "northeurope", b = "uksouth" } }
        resource "azurerm_kubernetes_cluster" "c" {
          for_each = local.places
          name     = "ml"
          location = each.value
          default_node_pool {
            name    = "default"
            vm_size = "Standard_D2s_v3"
          }
        }
        resource "azurerm_kubernetes_cluster_node_pool" "p" {
          for_each              = azurerm_kubernetes_cluster.c
          kubernetes_cluster_id = each.value.id
          vm_size               = "Standard_NC24ads_A100_v4"
        }
        resource "azurerm_kubernetes_cluster_node_pool" "q" {
          kubernetes_cluster_id = "ml"
          vm_size               = "Standard_NC24ads_A100_v4"
        }
        resource "azurerm_resource_group" "g" {
          name     = "ml"
          location = "West Europe"
        }
        resource "azurerm_machine_learning_workspace" "w" {
          name     = "ml"
          location = azurerm_resource_group.g.location
        }
        resource "azurerm_machine_learning_compute_instance" "i" {
          machine_learning_workspace_id = azurerm_machine_learning_workspace.w.id
          virtual_machine_size          = "Standard_NC6s_v3"
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let pools = regions(&inventory, "node_pool");
    let of = |name: &str| pools.iter().find(|(address, _)| address == name).map(|(_, region)| region.as_str());
    let pool = "azurerm_kubernetes_cluster_node_pool";
    assert_eq!(of(&format!("{pool}.p[\"a\"]")), Some("northeurope"));
    assert_eq!(of(&format!("{pool}.p[\"b\"]")), Some("uksouth"));
    // Two clusters of that name are in different places.
    assert_eq!(of(&format!("{pool}.q")), Some("?"));
    let notebooks = regions(&inventory, "notebook");
    assert_eq!(notebooks, [("azurerm_machine_learning_compute_instance.i".to_owned(), "West Europe".to_owned())]);
}
