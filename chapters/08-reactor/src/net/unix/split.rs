//! The halves of a Unix connection.

use super::{SocketAddr, UnixStream};
use crate::net::split::halves;

halves!(UnixStream, SocketAddr);
