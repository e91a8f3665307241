// A gateway of node-smpp: answers on a port of its own choice, which it prints; MODE says how it behaves.
const smpp = require("smpp");
const mode = process.argv[2] || "well";
let count = 0;
let held = [];

function receipt(session, pdu, id) {
  session.deliver_sm({
    esm_class: 4,
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    receipted_message_id: id,
    message_state: 2,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611240600 done date:2611240601 stat:DELIVRD err:000 text:`,
  });
}

function answered(session, pdu) {
  const id = `M${++count}`;
  if (mode === "first" && pdu.registered_delivery) receipt(session, pdu, id); // before its own answer
  session.send(pdu.response({ message_id: id }));
  if (mode === "well" && pdu.registered_delivery) receipt(session, pdu, id);
}

const server = smpp.createServer({}, (session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    const right = pdu.system_id === "tocsin" && pdu.password === "secret";
    session.send(pdu.response(right ? { system_id: "NODE" } : { command_status: smpp.ESME_RINVPASWD }));
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
  session.on("submit_sm", (pdu) => {
    const message = pdu.short_message;
    const shown = { to: pdu.destination_addr, from: pdu.source_addr, text: message.message, coding: pdu.data_coding, udh: message.udh ? [...Buffer.concat(message.udh)] : [] };
    console.log(JSON.stringify(shown));
    if (mode === "throttle") return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    if (mode === "cut") return session.destroy();
    if (mode === "window") { // answers the last one first, once sixteen wait
      held.push(pdu);
      if (held.length === 16) { held.reverse().forEach((one) => answered(session, one)); held = []; }
      return;
    }
    if (mode === "reply") {
      session.deliver_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, data_coding: 8, short_message: { message: "2 07 堵车" } });
    }
    answered(session, pdu);
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
