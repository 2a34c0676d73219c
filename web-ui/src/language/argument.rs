//! What is put into a message.

use super::Said;

/// Something that is put into a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, which chooses the plural, and is written with the language's own decimal sign.
    Number(f64),
    /// A text, which whoever it is may have written.
    Text(String),
    /// Another message, in the same language.
    Said(Said),
}

/// What can be put into a message.
pub trait Argument {
    /// It, as messages take it.
    fn value(&self) -> Value;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

impl Argument for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Argument for String {
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Argument for Said {
    fn value(&self) -> Value {
        Value::Said(self.clone())
    }
}

/// Numbers, each with what makes an `f64` of it.
macro_rules! numbers {
    ($($number:ty: $float:expr),+ $(,)?) => {
        $(impl Argument for $number {
            fn value(&self) -> Value {
                let float: fn($number) -> f64 = $float;
                Value::Number(float(*self))
            }
        })+
    };
}

numbers! {
    u8: f64::from,
    u16: f64::from,
    u32: f64::from,
    // Above 2^53, which no page counts to, they lose their last digits.
    u64: |number| number as f64,
    usize: |number| number as f64,
    f64: |number| number,
}
