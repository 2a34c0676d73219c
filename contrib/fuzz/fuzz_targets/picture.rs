#![no_main]

// What comes out is a picture that comes out again, of the same size.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(picture) = parlor_pictures::clean(data) {
        let again = parlor_pictures::clean(&picture.bytes).expect("what was made here can be read");
        assert_eq!((picture.width, picture.height), (again.width, again.height));
        parlor_pictures::clean(&picture.thumbnail).expect("the small one can be read");
    }
});
