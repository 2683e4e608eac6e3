//! The tests of the modules that are shipped, and what `wildfire test` prints.

use std::collections::BTreeSet;

use wildfire_aws::AwsCatalog;
use wildfire_engine::config::DiskFiles;
use wildfire_engine::rehearsal;

use crate::support::{root, run, wildfire};

#[test]
fn the_modules_that_are_shipped_pass_their_tests() {
    let files = DiskFiles::new(root());
    let mut modules: BTreeSet<String> = std::fs::read_dir(root().join("modules"))
        .expect("the modules are there")
        .map(|entry| format!("modules/{}", entry.expect("they can be listed").file_name().to_string_lossy()))
        .collect();
    let mut wrong = Vec::new();
    for name in rehearsal::test_files(&files).expect("the folders can be listed") {
        let suite = rehearsal::suite(&files, &name);
        if let rehearsal::Subject::Module(folder) = &suite.subject {
            modules.remove(folder);
        }
        wrong.extend(suite.diagnostics.iter().map(|one| format!("{name}: {one:?}")));
        for test in &suite.tests {
            let verdict = rehearsal::run(&root(), &suite, test, &AwsCatalog);
            wrong.extend(verdict.problems.iter().map(|one| format!("{name} {}: {one:?}", test.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(modules.is_empty(), "without a test: {modules:?}");
}

#[test]
fn results_are_written_for_ci_systems() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("tests.xml");
    let path = file.display().to_string();
    let finished = run(wildfire(&root()).args(["test", "modules/redis", "--junit", &path])).succeeded();
    assert!(finished.stdout.ends_with("2 passed.\n"), "{}", finished.stdout);
    let text = std::fs::read_to_string(&file).expect("the results are written");
    assert!(
        text.contains("<testsuite name=\"modules/redis/tests/redis.yaml\" tests=\"2\" failures=\"0\" errors=\"0\""),
        "{text}"
    );
    assert!(text.contains("name=\"two_nodes_at_least\""), "{text}");
}
