// A client of node-smpp at the gateway on PORT: binds, sends a text, waits for its receipt and for what a person writes back.
const smpp = require("smpp");
const [port, password, text] = process.argv.slice(2);
const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` });
const say = (found) => console.log(JSON.stringify(found));

session.on("error", () => process.exit(1));
session.on("deliver_sm", (pdu) => {
  session.send(pdu.response());
  say({ brought: pdu.short_message.message, esm_class: pdu.esm_class, from: pdu.source_addr });
});
session.on("connect", () => {
  session.bind_transceiver({ system_id: "tocsin", password }, (bound) => {
    say({ bound: bound.command_status });
    if (bound.command_status !== 0) return session.close();
    session.enquire_link({}, (there) => say({ there: there.command_status }));
    const message = { source_addr: "10690001", destination_addr: "13800000001", registered_delivery: 1, short_message: text };
    session.submit_sm(message, (taken) => say({ taken: taken.command_status, id: taken.message_id }));
    session.submit_sm({ ...message, destination_addr: "12" }, (refused) => say({ refused: refused.command_status }));
  });
});
