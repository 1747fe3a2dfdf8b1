//! A real DNS server on loopback, with whatever records a test puts there.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_server::{
    Server,
    net::runtime::Time,
    proto::{
        op::{Metadata, ResponseCode},
        rr::{
            Name, RData, Record, RecordType,
            rdata::{CNAME, TXT},
        },
    },
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};

/// What the server says about a name.
#[derive(Clone, Debug)]
pub enum Says {
    /// A TXT record for each; its strings as they stand in the record.
    Texts(Vec<Vec<String>>),
    /// The name stands for another, which is asked for in the same answer.
    Alias(String),
    Code(ResponseCode),
    Nothing,
}

/// The records by name, without a final dot. What is not there does not exist.
#[derive(Clone, Default)]
pub struct Zone(Arc<Mutex<BTreeMap<String, Says>>>);

/// A DNS server that ends with its test.
pub struct DnsServer {
    pub address: SocketAddr,
    zone: Zone,
    _server: Server<Zone>,
}

impl DnsServer {
    pub async fn start() -> Self {
        let (udp, tcp) = loop {
            let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            // Long answers come by TCP, at the same port.
            if let Ok(tcp) = tokio::net::TcpListener::bind(udp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let (address, zone) = (udp.local_addr().unwrap(), Zone::default());
        let mut server = Server::new(zone.clone());
        server.register_socket(udp);
        server.register_listener(tcp, Duration::from_secs(5), 65_535);
        Self { address, zone, _server: server }
    }

    pub fn says(&self, name: &str, says: Says) {
        self.zone.0.lock().unwrap().insert(name.to_owned(), says);
    }

    /// One TXT record of one string.
    pub fn has_text(&self, name: &str, text: &str) {
        self.says(name, Says::Texts(vec![vec![text.to_owned()]]));
    }

    pub fn forgets(&self, name: &str) {
        self.zone.0.lock().unwrap().remove(name);
    }
}

impl Zone {
    fn says(&self, name: &str) -> Says {
        self.0.lock().unwrap().get(name).cloned().unwrap_or(Says::Code(ResponseCode::NXDomain))
    }

    /// What answers a question, or the code that says why nothing does; `None` where nobody answers.
    fn answer(&self, name: &Name, kind: RecordType) -> Option<(Vec<Record>, ResponseCode)> {
        let key = name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
        match self.says(&key) {
            Says::Texts(texts) if kind == RecordType::TXT => {
                let record =
                    |text: Vec<String>| Record::from_rdata(name.clone(), 60, RData::TXT(TXT::new(text)));
                Some((texts.into_iter().map(record).collect(), ResponseCode::NoError))
            }
            Says::Texts(_) => Some((Vec::new(), ResponseCode::NoError)),
            Says::Alias(other) => {
                let other = Name::from_ascii(format!("{other}.")).unwrap();
                let alias = Record::from_rdata(name.clone(), 60, RData::CNAME(CNAME(other.clone())));
                let (mut records, code) = self.answer(&other, kind)?;
                records.insert(0, alias);
                Some((records, code))
            }
            Says::Code(code) => Some((Vec::new(), code)),
            Says::Nothing => None,
        }
    }
}

#[async_trait::async_trait]
impl RequestHandler for Zone {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response: R,
    ) -> ResponseInfo {
        let asked = request.request_info().unwrap();
        let (name, kind) = (Name::from(asked.query.name()), asked.query.query_type());
        let mut metadata = Metadata::response_from_request(&request.metadata);
        let Some((records, code)) = self.answer(&name, kind) else {
            return std::future::pending().await;
        };
        metadata.response_code = code;
        metadata.recursion_available = true;
        let answer =
            MessageResponseBuilder::from_message_request(request).build(metadata, &records, [], [], []);
        response.send_response(answer).await.unwrap()
    }
}
