//! Python packages that lie in a project as `pip install --target` leaves them: each beside a folder that tells of it.
//!
//! Called by `discover`: they are other people's code, whatever the folder around them is called.

use super::discover::Found;
use std::collections::HashSet;

/// How the names of folders end that tell of an installed package.
const TELLING: &str = ".dist-info";

/// The files that belong to no such package.
pub(super) fn without(found: Vec<Found>) -> Vec<Found> {
    let installed: HashSet<String> = found.iter().filter_map(|file| told_of(&file.path)).collect();
    if installed.is_empty() {
        return found;
    }
    let is_own = |file: &Found| {
        let folders = file.path.match_indices('/').filter_map(|(end, _)| file.path.get(..end));
        let is_installed = |folder: &str| folder.ends_with(TELLING) || installed.contains(&plain(folder));
        !folders.into_iter().any(is_installed)
    };
    found.into_iter().filter(is_own).collect()
}

/// The folder of the package that a file tells of: `lib/boto3` of `lib/boto3-1.34.0.dist-info/RECORD`.
fn told_of(path: &str) -> Option<String> {
    let folder = path.get(..path.find(&format!("{TELLING}/"))?)?;
    let name = folder.rfind('/').map_or(0, |slash| slash + 1);
    let (package, _) = folder.get(name..)?.split_once('-')?;
    Some(plain(&format!("{}{package}", folder.get(..name)?)))
}

/// Distributions write the name of their package in any case, and dashes as underscores.
fn plain(folder: &str) -> String {
    folder.to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_packages_are_left_out() {
        let all = [
            "lambda/app.py",
            "lambda/Boto3/session.py",
            "lambda/boto3-1.34.0.dist-info/RECORD",
            "lambda/own/boto3.py",
            "boto3/own.py",
        ];
        let found = all.map(|path| Found { path: path.to_owned(), real: path.to_owned() }).to_vec();
        let left: Vec<String> = without(found).into_iter().map(|file| file.path).collect();
        assert_eq!(left, ["lambda/app.py", "lambda/own/boto3.py", "boto3/own.py"]);
    }
}
