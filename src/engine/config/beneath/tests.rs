//! Links of every kind, pipes, devices, and folders that are exchanged while they are read.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{EntryKind, Refused, parts};

const SECRET: &str = "AWS_SECRET_ACCESS_KEY=CANARY";

/// A project, and a file outside of it.
fn project() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    fs::create_dir_all(root.join("stages/test")).unwrap();
    fs::write(root.join("stages/test/a.yaml"), "inside").unwrap();
    fs::write(folder.path().join("environ"), SECRET).unwrap();
    (folder, root)
}

fn refused(result: std::io::Result<Vec<u8>>) -> Refused {
    let error = result.expect_err("it is not read");
    let inner = error.into_inner().expect("a reason of ours");
    *inner.downcast::<Refused>().expect("a reason of ours")
}

#[test]
fn parts_stay_inside_and_are_not_hidden() {
    assert_eq!(parts("stages//test/a.yaml"), Ok(vec!["stages", "test", "a.yaml"]));
    assert_eq!(parts(""), Ok(vec![]));
    assert_eq!(parts("stages/../../x"), Err(Refused::Outside));
    assert_eq!(parts("/etc/passwd"), Err(Refused::Outside));
    assert_eq!(parts("a\0b"), Err(Refused::Outside));
    assert_eq!(parts(".git/config"), Err(Refused::Hidden(".git".into())));
    assert_eq!(parts("modules/a/.env"), Err(Refused::Hidden(".env".into())));
}

/// The same for both ways to open.
macro_rules! both {
    ($name:ident, $way:ident) => {
        mod $name {
            use super::super::$way::Folder;
            use super::*;

            fn read(root: &Path, path: &str) -> std::io::Result<Vec<u8>> {
                let mut all = parts(path)?;
                let name = all.pop().expect("a path has a name");
                Folder::open(root)?.folder(all)?.read(name, 1000)
            }

            #[test]
            fn the_size_of_a_file_is_told_and_of_nothing_else() {
                let (_folder, root) = project();
                symlink(root.join("stages/test/a.yaml"), root.join("link")).unwrap();
                let size = |folders: &[&str], name: &str| {
                    Folder::open(&root).unwrap().folder(folders.iter().copied()).unwrap().size(name)
                };
                assert_eq!(size(&["stages", "test"], "a.yaml").unwrap(), 6);
                for name in ["link", "stages", "none"] {
                    assert!(size(&[], name).is_err(), "{name}");
                }
            }

            #[test]
            fn a_file_is_read_up_to_the_limit() {
                let (_folder, root) = project();
                assert_eq!(read(&root, "stages/test/a.yaml").unwrap(), b"inside");
                let short = Folder::open(&root).unwrap().folder(["stages", "test"]).unwrap().read("a.yaml", 2).unwrap();
                assert_eq!(short, b"in");
                let missing = read(&root, "stages/test/none.yaml").unwrap_err();
                assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
            }

            #[test]
            fn no_link_is_followed() {
                let (folder, root) = project();
                let outside = folder.path().join("environ");
                let links: [(&str, &Path); 5] = [
                    ("absolute.yaml", &outside),
                    ("relative.yaml", Path::new("../environ")),
                    ("inside.yaml", Path::new("stages/test/a.yaml")),
                    ("broken.yaml", Path::new("nowhere")),
                    ("itself.yaml", Path::new("itself.yaml")),
                ];
                for (name, target) in links {
                    symlink(target, root.join(name)).unwrap();
                    assert_eq!(refused(read(&root, name)), Refused::Link(name.into()), "{name}");
                }
                symlink(root.join("absolute.yaml"), root.join("twice.yaml")).unwrap();
                assert_eq!(refused(read(&root, "twice.yaml")), Refused::Link("twice.yaml".into()));
                symlink("/proc/self", root.join("modules")).unwrap();
                assert_eq!(refused(read(&root, "modules/environ")), Refused::Link("modules".into()));
                symlink("stages", root.join("alias")).unwrap();
                assert_eq!(refused(read(&root, "alias/test/a.yaml")), Refused::Link("alias".into()));
            }

            #[test]
            fn what_is_no_regular_file_is_not_opened() {
                let (_folder, root) = project();
                let pipe = root.join("pipe.yaml");
                // Opening a pipe would wait for its other end.
                let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
                assert!(made.success());
                assert_eq!(refused(read(&root, "pipe.yaml")), Refused::Special("pipe.yaml".into()));
                let _socket = std::os::unix::net::UnixListener::bind(root.join("socket.yaml")).unwrap();
                assert_eq!(refused(read(&root, "socket.yaml")), Refused::Special("socket.yaml".into()));
                assert_eq!(refused(read(&root, "stages")), Refused::Special("stages".into()));
                assert_eq!(refused(read(Path::new("/dev"), "null")), Refused::Special("null".into()));
                let zero = Folder::open(Path::new("/dev")).unwrap().kind("zero").unwrap();
                assert_eq!(zero, EntryKind::Special);
            }

            #[test]
            fn a_listing_says_what_is_a_link() {
                let (folder, root) = project();
                symlink(folder.path(), root.join("out")).unwrap();
                let mut entries = Folder::open(&root).unwrap().entries().unwrap();
                entries.sort();
                assert_eq!(entries, [("out".into(), EntryKind::Link), ("stages".into(), EntryKind::Folder)]);
            }

            #[test]
            fn a_new_file_takes_the_place_of_a_link() {
                let (folder, root) = project();
                symlink(folder.path().join("environ"), root.join("plan")).unwrap();
                let here = Folder::open(&root).unwrap();
                assert!(here.create("plan").is_err(), "a link is something of that name");
                std::io::Write::write_all(&mut here.create("new").unwrap(), b"text").unwrap();
                here.rename("new", "plan").unwrap();
                assert_eq!(fs::read_to_string(root.join("plan")).unwrap(), "text");
                assert!(!fs::symlink_metadata(root.join("plan")).unwrap().is_symlink());
                assert_eq!(fs::read_to_string(folder.path().join("environ")).unwrap(), SECRET);
                here.remove("plan").unwrap();
                assert!(!root.join("plan").exists());
            }

            #[test]
            fn a_new_folder_does_not_take_the_place_of_a_link() {
                let (folder, root) = project();
                symlink(folder.path(), root.join("out")).unwrap();
                let here = Folder::open(&root).unwrap();
                here.create_folder("out").unwrap_err();
                here.create_folder("new").unwrap();
                assert!(here.folder(["new"]).is_ok());
            }
        }
    };
}

both!(descriptors, unix);
both!(paths, portable);

#[test]
fn a_new_file_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, root) = project();
    let file = super::Folder::open(&root).unwrap().create("new").unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_exchanged_while_it_is_read_leads_nowhere() {
    let (folder, root) = project();
    let (real, spare, link) = (root.join("stages"), root.join("spare"), root.join("link"));
    fs::create_dir_all(folder.path().join("elsewhere/test")).unwrap();
    fs::write(folder.path().join("elsewhere/test/a.yaml"), SECRET).unwrap();
    symlink(folder.path().join("elsewhere"), &link).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // The folder goes away, a link out of the project stands there for a moment, and the folder comes back.
                fs::rename(&real, &spare).unwrap();
                fs::rename(&link, &real).unwrap();
                fs::rename(&real, &link).unwrap();
                fs::rename(&spare, &real).unwrap();
            }
        });
        let mut read = 0;
        for _ in 0..20_000 {
            let found = super::Folder::open(&root)
                .and_then(|root| root.folder(["stages", "test"]))
                .and_then(|folder| folder.read("a.yaml", 1000));
            if let Ok(text) = found {
                assert_eq!(text, b"inside");
                read += 1;
            }
        }
        done.store(true, Ordering::Relaxed);
        assert!(read > 0, "some of the readings find the folder");
    });
}
