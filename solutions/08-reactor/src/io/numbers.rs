//! Numbers as bytes, the most significant first as networks have them, or last.
//!
//! In tokio: `io/util/read_int.rs`, `io/util/write_int.rs`.

/// The methods that read a number. The compiler cannot make names, so each is written here.
macro_rules! read_numbers {
    () => {
        $crate::io::numbers::read_numbers! {
            u8 1 read_u8 from_be_bytes, i8 1 read_i8 from_be_bytes,
            u16 2 read_u16 from_be_bytes, u16 2 read_u16_le from_le_bytes,
            i16 2 read_i16 from_be_bytes, i16 2 read_i16_le from_le_bytes,
            u32 4 read_u32 from_be_bytes, u32 4 read_u32_le from_le_bytes,
            i32 4 read_i32 from_be_bytes, i32 4 read_i32_le from_le_bytes,
            u64 8 read_u64 from_be_bytes, u64 8 read_u64_le from_le_bytes,
            i64 8 read_i64 from_be_bytes, i64 8 read_i64_le from_le_bytes,
            u128 16 read_u128 from_be_bytes, u128 16 read_u128_le from_le_bytes,
            i128 16 read_i128 from_be_bytes, i128 16 read_i128_le from_le_bytes,
            f32 4 read_f32 from_be_bytes, f32 4 read_f32_le from_le_bytes,
            f64 8 read_f64 from_be_bytes, f64 8 read_f64_le from_le_bytes,
        }
    };
    ($($number:ident $size:literal $method:ident $from:ident,)*) => {$(
        #[doc = concat!(
            "Reads a number of the type `", stringify!($number), "`.\n\n# Errors\n\n",
            "`UnexpectedEof` if the end comes before that; or what the reader says.\n\n",
            "# Cancellation\n\nIf the future is dropped, what it has read is lost."
        )]
        #[harness::through(concat!("AsyncReadExt::", stringify!($method)))]
        fn $method(&mut self) -> impl Future<Output = io::Result<$number>>
        where
            Self: Unpin,
        {
            async move {
                let mut bytes = [0; $size];
                self.read_exact(&mut bytes).await?;
                Ok($number::$from(bytes))
            }
        }
    )*};
}

/// The methods that write a number.
macro_rules! write_numbers {
    () => {
        $crate::io::numbers::write_numbers! {
            u8 write_u8 to_be_bytes, i8 write_i8 to_be_bytes,
            u16 write_u16 to_be_bytes, u16 write_u16_le to_le_bytes,
            i16 write_i16 to_be_bytes, i16 write_i16_le to_le_bytes,
            u32 write_u32 to_be_bytes, u32 write_u32_le to_le_bytes,
            i32 write_i32 to_be_bytes, i32 write_i32_le to_le_bytes,
            u64 write_u64 to_be_bytes, u64 write_u64_le to_le_bytes,
            i64 write_i64 to_be_bytes, i64 write_i64_le to_le_bytes,
            u128 write_u128 to_be_bytes, u128 write_u128_le to_le_bytes,
            i128 write_i128 to_be_bytes, i128 write_i128_le to_le_bytes,
            f32 write_f32 to_be_bytes, f32 write_f32_le to_le_bytes,
            f64 write_f64 to_be_bytes, f64 write_f64_le to_le_bytes,
        }
    };
    ($($number:ident $method:ident $to:ident,)*) => {$(
        #[doc = concat!(
            "Writes a number of the type `", stringify!($number), "`.\n\n# Errors\n\n",
            "What the writer says.\n\n",
            "# Cancellation\n\nIf the future is dropped, a part may have been written."
        )]
        #[harness::through(concat!("AsyncWriteExt::", stringify!($method)))]
        fn $method(&mut self, number: $number) -> impl Future<Output = std::io::Result<()>>
        where
            Self: Unpin,
        {
            async move { self.write_all(&number.$to()).await }
        }
    )*};
}

pub(super) use {read_numbers, write_numbers};
