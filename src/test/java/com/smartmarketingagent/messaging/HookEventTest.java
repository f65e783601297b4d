package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.HookEvent.Bounce;
import com.smartmarketingagent.messaging.HookEvent.Complaint;
import com.smartmarketingagent.messaging.HookEvent.Device;
import com.smartmarketingagent.messaging.HookEvent.Incoming;
import com.smartmarketingagent.messaging.HookEvent.State;
import com.smartmarketingagent.messaging.HookEvent.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What providers send, and what it means. */
class HookEventTest {

    private static List<HookEvent> read(Kind kind, String body) {
        return new Hook(new UUID(0, 0), kind, body.getBytes(StandardCharsets.UTF_8)).events(null);
    }

    private static List<HookEvent> fonnte(String body) {
        return read(Kind.FONNTE, body.replace('\'', '"'));
    }

    @Test
    void fonntesFirstReportNamesBothIdsAndLaterOnesOnlyTheSecond() {
        assertThat(fonnte("{'device':'628','id':80367170,'stateid':'3EB0','status':'sent'}"))
                .containsExactly(new Status("80367170", "3EB0", State.ACCEPTED, null));
        assertThat(fonnte("{'device':'628','stateid':'3EB0','state':'delivered'}"))
                .containsExactly(new Status(null, "3EB0", State.DELIVERED, null));
        assertThat(fonnte("{'StateID':'3EB0','State':'READ'}"))
                .containsExactly(new Status(null, "3EB0", State.DELIVERED, null));
        assertThat(fonnte("{'id':['1','2'],'status':'expired'}"))
                .containsExactly(
                        new Status("1", null, State.FAILED, "expired"), new Status("2", null, State.FAILED, "expired"));
        assertThat(fonnte("{'id':['1'],'stateid':['a'],'status':'sent','state':'read'}"))
                .containsExactly(new Status("1", "a", State.DELIVERED, null));
        assertThat(fonnte("{'id':'1','status':'invalid'}"))
                .containsExactly(new Status("1", null, State.FAILED, "address"));
        assertThat(fonnte("{'id':'1','status':'url unreachable'}"))
                .containsExactly(new Status("1", null, State.FAILED, "media"));
        for (var waiting : List.of("pending", "waiting", "processing", "apa saja"))
            assertThat(fonnte("{'id':'1','status':'" + waiting + "'}"))
                    .containsExactly(new Status("1", null, State.ACCEPTED, null));
    }

    /** A few bytes become a hundred of memory: what has too much in it is not read to its end, where it is no JSON. */
    @Test
    void whatNoProviderSendsIsNotReadToItsEnd() {
        for (var element : List.of("{}", "[]", "0", "{\"a\":{}}"))
            for (int many : new int[] {20_000, 340_000})
                assertThatThrownBy(() -> read(Kind.CLOUD_API, "{\"a\":[" + (element + ",").repeat(many) + "rusak"))
                        .isInstanceOf(Hook.Unreadable.class)
                        .hasMessage("StreamConstraintsException");
        assertThatThrownBy(() -> read(Kind.CLOUD_API, "{\"a\":[{},rusak"))
                .isInstanceOf(Hook.Unreadable.class)
                .hasMessage("JsonParseException");
    }

    @Test
    void fonntesMessagesComeFromPeopleNotFromGroups() {
        assertThat(
                        fonnte(
                                "{'device':'628','sender':'6281234567890','message':'Halo','timestamp':1764150000,'name':'Ani'}"))
                .containsExactly(new Incoming("+6281234567890", "Halo", Instant.ofEpochSecond(1_764_150_000), null));
        assertThat(fonnte("{'sender':'081234567890','message':'STOP'}")).isEmpty();
        assertThat(fonnte("{'sender':'6281234567890@s.whatsapp.net','message':'','text':'Stop'}"))
                .containsExactly(new Incoming("+6281234567890", "Stop", null, null));
        assertThat(fonnte("{'sender':'120363040000000000@g.us','member':'6281234567890','message':'STOP'}"))
                .isEmpty();
        assertThat(fonnte("{'sender':'99887766554433@lid','message':'STOP'}")).isEmpty();
        assertThat(fonnte("{'sender':'6591234567','message':'a\\u0000b\\ud800','timestamp':'99999999999'}"))
                .containsExactly(new Incoming("+6591234567", "ab", null, null));
        // an id beside a sender is the message's
        assertThat(fonnte("{'sender':'6281234567890','id':'7','message':'x'}"))
                .singleElement()
                .isInstanceOf(Incoming.class);
    }

    @Test
    void fonntesPhoneComesAndGoes() {
        assertThat(fonnte("{'device':'628','status':'disconnect','timestamp':1764150000,'reason':'logged out'}"))
                .containsExactly(new Device(false, "logged out"));
        assertThat(fonnte("{'device':'628','status':'connect'}")).containsExactly(new Device(true, null));
        assertThat(fonnte("{'device':'628','status':'sleeping'}")).isEmpty();
        assertThat(fonnte("{}")).isEmpty();
    }

    private static List<HookEvent> fonnteOf(@Nullable String ours, String body) {
        return FonnteHook.read(Hook.json(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), ours);
    }

    @Test
    void whatAnotherDeviceSaysCountsButForItsBeingOffline() {
        var ours = "+6281200000001";
        var stop = "{'device':'%s','sender':'6281234567890','message':'STOP'}";
        var expired = "{'device':'%s','id':'1','status':'expired'}";
        var read = "{'device':'%s','stateid':'a','state':'read'}";
        var offline = "{'device':'%s','status':'disconnect'}";
        var online = "{'device':'%s','status':'connect'}";
        for (var body : List.of(stop, expired, read, offline, online)) {
            for (var same : List.of("6281200000001", "+6281200000001", "081200000001", "HP toko"))
                assertThat(fonnteOf(ours, body.formatted(same)))
                        .describedAs(same)
                        .hasSize(1)
                        .doesNotContain(new HookEvent.AnotherDevice());
            assertThat(fonnteOf(null, body.formatted("6281200000002")))
                    .hasSize(1)
                    .doesNotContain(new HookEvent.AnotherDevice());
            assertThat(fonnteOf(ours, body.replace("'device':'%s',", ""))).hasSize(1);
        }
        for (var other : List.of("6281200000002", "081200000002", "628")) {
            assertThat(fonnteOf(ours, stop.formatted(other)))
                    .containsExactly(new Incoming("+6281234567890", "STOP", null, null));
            assertThat(fonnteOf(ours, expired.formatted(other)))
                    .containsExactly(new Status("1", null, State.FAILED, "expired"), new HookEvent.AnotherDevice());
            assertThat(fonnteOf(ours, read.formatted(other)))
                    .containsExactly(new Status(null, "a", State.DELIVERED, null), new HookEvent.AnotherDevice());
            assertThat(fonnteOf(ours, offline.formatted(other))).isEmpty();
            // the shop's own, perhaps, with a new number
            assertThat(fonnteOf(ours, online.formatted(other))).containsExactly(new HookEvent.AnotherDevice());
        }
    }

    @Test
    void whatMetaSaysOfAnotherNumberOfTheSameAppIsOfNoConcern() {
        var body = """
                {"entry":[{"changes":[
                 {"value":{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"wamid.A","status":"read"}],
                  "messages":[{"from":"6281234567890","id":"wamid.E","text":{"body":"STOP"}}]}},
                 {"value":{"metadata":{"phone_number_id":"2"},"statuses":[{"id":"wamid.B","status":"read"}]}},
                 {"value":{"statuses":[{"id":"wamid.C","status":"read"}]}}]}]}
                """;
        var read = Hook.json(body.getBytes(StandardCharsets.UTF_8));
        assertThat(CloudHook.read(read, "2"))
                .containsExactly(
                        new Status("wamid.B", null, State.DELIVERED, null),
                        new Status("wamid.C", null, State.DELIVERED, null));
        assertThat(CloudHook.read(read, "1")).hasSize(3);
        assertThat(CloudHook.read(read, null)).hasSize(4);
    }

    private static String identity(String body) {
        return FonnteHook.identity(Hook.json(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theSameReportIsToldFromOthers() {
        var one = "{'device':'628','sender':'6281','timestamp':1,'message':'Halo'}";
        assertThat(identity(one))
                .isEqualTo(identity("{'message':'Halo','sender':'6281','timestamp':1,'device':'628'}"));
        for (var other : List.of(
                one.replace("Halo", "Hai"),
                one.replace("6281'", "6282'"),
                one.replace("'timestamp':1", "'timestamp':2"),
                one.replace("'628'", "'629'"))) assertThat(identity(other)).isNotEqualTo(identity(one));
        var inbox = "{'device':'628','sender':'6281','inboxid':5,'message':'Halo'}";
        assertThat(identity(inbox)).isEqualTo(identity(inbox.replace("Halo", "Hai")));
        assertThat(identity(inbox)).isNotEqualTo(identity(inbox.replace("5", "6")));
        var status = "{'stateid':'a','state':'delivered'}";
        assertThat(identity(status))
                .isEqualTo(identity(status))
                .isNotEqualTo(identity(status.replace("delivered", "read")));
        // two times offline are two
        // of an older device, which doesn't say when
        assertThat(identity("{'sender':'6281','message':'STOP'}"))
                .isNotEqualTo(identity("{'sender':'6281','message':'STOP'}"));
        assertThat(identity("{'status':'disconnect'}")).isNotEqualTo(identity("{'status':'disconnect'}"));
    }

    @Test
    void metaSaysManyThingsAtOnce() {
        var body = """
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[
                 {"field":"messages","value":{"metadata":{"phone_number_id":"1"},
                  "statuses":[{"id":"wamid.A","status":"read","timestamp":"1764150000","recipient_id":"628"},
                              {"id":"wamid.B","status":"failed","errors":[{"code":131026,"title":"x"}]},
                              {"id":"wamid.C","status":"sent","biz_opaque_callback_data":"x"},
                              {"id":"wamid.D","status":"deleted"},{"status":"read"},5]}},
                 {"field":"messages","value":{
                  "contacts":[{"wa_id":"6281234567890"}],
                  "messages":[{"from":"6281234567890","id":"wamid.E","timestamp":"1764150001","type":"text","text":{"body":"Halo"}},
                              {"from":"6281234567890","id":"wamid.F","type":"button","button":{"text":"Berhenti"}},
                              {"from":"6281234567890","id":"wamid.G","type":"image","image":{"id":"1"}}]}}]},
                 {"changes":[{"value":{"errors":[{"code":1}]}}]}]}
                """;
        assertThat(read(Kind.CLOUD_API, body))
                .containsExactly(
                        new Status("wamid.A", null, State.DELIVERED, null),
                        new Status("wamid.B", null, State.FAILED, "address"),
                        new Status("wamid.C", null, State.ACCEPTED, null),
                        new Incoming("+6281234567890", "Halo", Instant.ofEpochSecond(1_764_150_001), "wamid.E"),
                        new Incoming("+6281234567890", "Berhenti", null, "wamid.F"),
                        new Incoming("+6281234567890", "", null, "wamid.G"));
        var again = new Incoming("+6281234567890", "", null, "wamid.G");
        assertThat(again.id(new UUID(0, 1))).isEqualTo(again.id(new UUID(0, 2)));
    }

    @Test
    void metaTellsWhoStoppedAShopInWhatsAppItself() {
        assertThat(read(Kind.CLOUD_API, """
                {"entry":[{"changes":[{"field":"user_preferences","value":{
                  "user_preferences":[{"wa_id":"6281234567890","detail":"User requested to stop%s","value":"stop"},
                                      {"wa_id":"6281234567891","value":"resume"},{"value":"stop"},5],
                  "statuses":[{"id":"wamid.A","status":"failed","recipient_id":"6281234567892","errors":[{"code":131050}]},
                              {"id":"wamid.B","status":"failed","errors":[{"code":131050}]}]}}]}]}
                """.formatted("!".repeat(50_000))))
                .containsExactly(
                        new Status("wamid.A", null, State.FAILED, "stopped"),
                        new HookEvent.Refusal("+6281234567892", "WhatsApp: 131050"),
                        new Status("wamid.B", null, State.FAILED, "stopped"),
                        new HookEvent.Refusal("+6281234567890", "WhatsApp: User requested to stop" + "!".repeat(168)));
    }

    private static List<HookEvent> resend(String type, String data) {
        return read(
                Kind.RESEND,
                ("{'type':'email." + type + "','created_at':'x','data':{'email_id':'e','to':['Ani <Ani@Contoh.id>'],"
                                + "'tags':{'a':'b'}" + data + "}}")
                        .replace('\'', '"'));
    }

    @Test
    void resendTellsForGoodFromForTheMoment() {
        assertThat(resend("sent", "")).containsExactly(new Status("e", null, State.ACCEPTED, null));
        assertThat(resend("delivered", "")).containsExactly(new Status("e", null, State.DELIVERED, null));
        assertThat(resend("bounced", ",'bounce':{'type':'Permanent','subType':'NoEmail'}"))
                .containsExactly(new Status("e", null, State.FAILED, "bounced"), new Bounce("ani@contoh.id", true));
        for (var soft : List.of("Transient", "Undetermined"))
            assertThat(resend("bounced", ",'bounce':{'type':'" + soft + "'}"))
                    .contains(new Bounce("ani@contoh.id", false));
        assertThat(resend("complained", "")).contains(new Complaint("ani@contoh.id"));
        assertThat(resend("suppressed", ",'suppressed':{'reason':'previous_complaint'}"))
                .contains(new Complaint("ani@contoh.id"));
        assertThat(resend("suppressed", ",'suppressed':{'reason':'previous_bounce'}"))
                .contains(new Bounce("ani@contoh.id", true));
        for (var nothing : List.of("opened", "clicked", "delivery_delayed", "scheduled", "received", "baru"))
            assertThat(resend(nothing, "")).describedAs(nothing).isEmpty();
        // of several nobody says whose it was
        assertThat(read(
                        Kind.RESEND,
                        "{\"type\":\"email.complained\",\"data\":{\"to\":[\"a@contoh.id\",\"b@contoh.id\"]}}"))
                .isEmpty();
    }

    @Test
    void whatIsNoReportIsSaidSoWithoutItsWords() {
        for (var kind : List.of(Kind.FONNTE, Kind.CLOUD_API, Kind.RESEND))
            for (var body : List.of("", "{", "[]", "null", "5", "rahasia", "{\"a\":".repeat(5_000), "\u0000"))
                assertThatThrownBy(() -> read(kind, body))
                        .isInstanceOf(Hook.Unreadable.class)
                        .hasNoCause()
                        .hasMessageNotContaining("rahasia");
    }
}
