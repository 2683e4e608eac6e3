#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wildfire_engine::fuzz::plan_file(bytes));
