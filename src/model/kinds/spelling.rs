//! Native types that a second format spells by rule: `Vendor::Service::TypeName` is `other_service_type_name` there.
//!
//! Called by `load`, so that one row serves both. Which beginnings go together is written in `rules/kinds`.

/// The other name of a native type: `from` replaced by `to`, the service in lower case, the type in snake case. `None`
/// where the type does not begin so.
pub fn other_name(native: &str, from: &str, to: &str) -> Option<String> {
    let (service, name) = native.strip_prefix(from)?.split_once("::")?;
    Some(format!("{to}{}_{}", service.to_ascii_lowercase(), snake_case(name)))
}

/// `EC2Fleet` is `ec2_fleet`, `DBInstance` is `db_instance`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        let ends_word = before.is_some_and(|before| !before.is_ascii_uppercase());
        let starts_word = before.is_some() && rest.peek().is_some_and(char::is_ascii_lowercase);
        if character.is_ascii_uppercase() && (ends_word || starts_word) {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
        before = Some(character);
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_follow_the_words_of_the_type() {
        let name = |native: &str| other_name(native, "AWS::", "awscc_");
        for (native, other) in [
            ("AWS::SageMaker::EndpointConfig", "awscc_sagemaker_endpoint_config"),
            ("AWS::EC2::EC2Fleet", "awscc_ec2_ec2_fleet"),
            ("AWS::RDS::DBInstance", "awscc_rds_db_instance"),
            ("AWS::EKS::Nodegroup", "awscc_eks_nodegroup"),
            ("AWS::QuickSight::OAuthClientApplication", "awscc_quicksight_o_auth_client_application"),
        ] {
            assert_eq!(name(native).as_deref(), Some(other));
        }
        assert_eq!(name("aws_s3_bucket"), None);
    }
}
