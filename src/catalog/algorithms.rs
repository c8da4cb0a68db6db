//! What SageMaker's own images can use, by the image's address.
//!
//! Called by rule functions through `catalog`. It must not know resources.

use super::table::columns::{algorithms, registries};

/// A built-in algorithm or a framework image. `None`: not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Algorithm {
    /// Its name: `xgboost`, `linear-learner`.
    pub name: &'static str,
    /// Whether this version can use a GPU.
    pub gpu: Option<bool>,
    /// Whether this version can use several GPUs of one instance.
    pub multi_gpu: Option<bool>,
    /// Whether it writes checkpoints without code of the user's.
    pub checkpoints: Option<bool>,
}

/// The algorithm of an image in a registry that belongs to the service:
/// `683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.5-1`; or by the name of its repository alone, for
/// which the service's SDK has classes. `None` for anybody else's image.
pub fn algorithm(image: &str) -> Option<Algorithm> {
    let path = match image.split_once('/') {
        Some((host, path)) => {
            registries::TABLE.find(&[host.split('.').next()?])?;
            path
        }
        None if !image.contains(':') => image,
        None => return None,
    };
    let path = path.split('@').next()?;
    let (repository, tag) = path.rsplit_once(':').unwrap_or((path, ""));
    let row = algorithms::TABLE.find(&[repository])?;
    let supports = |column| row.text(column).and_then(|since| supported(since, tag));
    Some(Algorithm {
        name: row.text(algorithms::NAME)?,
        gpu: supports(algorithms::GPU),
        multi_gpu: supports(algorithms::MULTI_GPU),
        checkpoints: supports(algorithms::CHECKPOINTS),
    })
}

/// `yes`, `no`, or the first version that does, against an image's tag.
fn supported(since: &str, tag: &str) -> Option<bool> {
    match since {
        "yes" => Some(true),
        "no" => Some(false),
        version => {
            let tag = numbers(tag);
            (!tag.is_empty()).then(|| tag >= numbers(version))
        }
    }
}

/// The numbers that a version starts with: `1.7-1-cpu-py3` has 1, 7, 1.
fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(repository: &str) -> Option<Algorithm> {
        algorithm(&format!("683313688378.dkr.ecr.us-east-1.amazonaws.com/{repository}"))
    }

    #[test]
    fn support_depends_on_the_version() {
        let gpu = |tag: &str| {
            let algorithm = at(&format!("sagemaker-xgboost:{tag}")).unwrap();
            (algorithm.gpu, algorithm.multi_gpu)
        };
        assert_eq!(gpu("1.0-1-cpu-py3"), (Some(false), Some(false)));
        assert_eq!(gpu("1.2-1"), (Some(true), Some(false)));
        assert_eq!(gpu("1.7-1"), (Some(true), Some(true)));
        assert_eq!(gpu("latest"), (None, None));
        assert_eq!(at("sagemaker-xgboost").unwrap().gpu, None);
    }

    #[test]
    fn only_the_services_own_registries_count() {
        let sklearn = at("sagemaker-scikit-learn:1.2-1-cpu-py3").unwrap();
        assert_eq!((sklearn.name, sklearn.gpu), ("sagemaker-scikit-learn", Some(false)));
        assert_eq!(algorithm("123456789012.dkr.ecr.us-east-1.amazonaws.com/kmeans:1"), None);
        assert_eq!(algorithm("kmeans:1"), None);
        assert_eq!(algorithm("kmeans").unwrap().multi_gpu, Some(false));
        let pytorch = algorithm("763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.1.0-gpu-py310");
        assert_eq!(pytorch.unwrap().multi_gpu, Some(true));
        assert_eq!(at("my-own-image:1"), None);
        assert_eq!(algorithm(""), None);
    }

    #[test]
    fn single_gpu_algorithms_and_those_that_checkpoint_are_known() {
        let kmeans = algorithm("382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1").unwrap();
        assert_eq!((kmeans.gpu, kmeans.multi_gpu, kmeans.checkpoints), (Some(true), Some(false), None));
        let images = algorithm("811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1").unwrap();
        assert_eq!((images.multi_gpu, images.checkpoints), (Some(true), Some(true)));
    }
}
