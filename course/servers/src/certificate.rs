//! A certificate that we sign ourselves, made when the program starts.
//!
//! Nobody trusts it who is not told to: it is for this machine. The program can write it to a file, and then a client
//! can be told (`curl --cacert`).

use std::error::Error;
use std::fs;
use std::sync::Arc;

use futures_rustls::TlsAcceptor;
use futures_rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use futures_rustls::rustls::ServerConfig;
use rcgen::{CertifiedKey, generate_simple_self_signed};

/// The protocols that the server speaks, in the words of the handshake; the first it would rather.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Makes a certificate for `localhost`, and writes it to `path` unless that is empty.
///
/// # Errors
///
/// If it cannot be made, or not be written.
pub fn acceptor(path: &str) -> Result<TlsAcceptor, Box<dyn Error>> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names)?;
    if !path.is_empty() {
        fs::write(path, cert.pem())?;
    }
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], PrivateKeyDer::Pkcs8(key))?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}
