using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Station;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class StationNewsTests : IAsyncLifetime, IDisposable
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Guid BootId = new("11111111-2222-4333-8444-555555555555");
    private readonly TimerTime time = new();
    private readonly CancellationTokenSource stop = new();
    private readonly StationNews news;
    private ScriptedOutlet line = new();
    private Task carrying = Task.CompletedTask;

    public StationNewsTests() => news = new StationNews(new OutboxAddress("lab-a", "bedside-box-01"), BootId, "0.0.0-test", time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await carrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task The_stations_state_is_retained_and_says_what_is_owed()
    {
        news.Owes(new OutboxStanding([4, 7], 0));
        Carry();
        Letter state = await NextAsync();
        Assert.Equal((Box + "/state", true, (byte)1, (TimeSpan?)null), (state.Topic, state.Retain, state.Qos, state.Expires));
        JsonElement body = JsonDocument.Parse(state.Body).RootElement;
        Assert.Equal("online", body.GetProperty("state").GetString());
        Assert.Equal(2, body.GetProperty("outbox").GetInt32());
        Assert.Equal(BootId, body.GetProperty("bootId").GetGuid());
        Assert.Equal("2000-01-01T00:00:00.000Z", body.GetProperty("time").GetString());
        Assert.Equal("0.0.0-test", body.GetProperty("software").GetString());
    }

    [Fact]
    public async Task The_count_is_refreshed_when_it_changes_and_at_most_once_a_second()
    {
        news.Owes(new OutboxStanding([1], 0));
        Carry();
        Assert.Equal(("online", null, 1), State(await NextAsync()));
        news.Owes(new OutboxStanding([1, 2], 0));
        news.Owes(new OutboxStanding([1, 2, 3], 0));
        news.Tell(Event("marker")); // said after everything that may be said now
        Assert.Equal(Box + "/event/clock", (await NextAsync()).Topic);
        Assert.True(line.IsQuiet);
        Assert.Equal(("online", null, 3), State(await PumpAsync(StationNews.StateEvery)));
        news.Owes(new OutboxStanding([1, 2, 3], 0));
        time.Advance(StationNews.StateEvery);
        news.Tell(Event("marker"));
        Assert.Equal(Box + "/event/clock", (await NextAsync()).Topic); // nothing changed, nothing said
    }

    [Fact]
    public async Task A_result_owed_for_long_makes_it_degraded_until_it_is_settled()
    {
        news.Owes(new OutboxStanding([1], 0));
        Carry();
        await NextAsync();
        Assert.Equal(("degraded", "result-owed", 1), State(await PumpAsync(StationNews.OwedTooLong)));
        Assert.True(time.GetUtcNow() - time.Start >= StationNews.OwedTooLong);
        news.Owes(new OutboxStanding([], 0));
        Assert.Equal(("online", null, 0), State(await PumpAsync(StationNews.StateEvery)));
    }

    [Fact]
    public async Task Results_that_come_and_go_never_make_it_degraded()
    {
        Carry();
        await NextAsync();
        for (int minute = 0; minute < 40; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            news.Owes(new OutboxStanding([minute / 5, (minute / 5) + 1], 0)); // each for ten minutes
        }

        news.Tell(Event("marker"));
        for (Letter letter = await NextAsync(); letter.Topic != Box + "/event/clock"; letter = await NextAsync())
        {
            Assert.Equal("online", State(letter).State);
        }
    }

    [Fact]
    public async Task A_refused_result_and_a_failed_record_make_it_degraded()
    {
        Carry();
        Assert.Equal(("online", null, null), State(await NextAsync()));
        news.Owes(new OutboxStanding([], 1));
        Assert.Equal(("degraded", "result-rejected", 1), State(await PumpAsync(StationNews.StateEvery)));
        time.Advance(StationNews.StateEvery);
        news.Tell(new OutboxEvent(OutboxEventKind.RecordFailed, null, "disk full"));
        Letter[] both = [await NextAsync(), await NextAsync()];
        Assert.Equal(("degraded", "record-failed", 1), State(both.Single(l => l.Topic == Box + "/state")));
        Assert.Equal("record-failed", Code(both.Single(l => l.Topic == Box + "/event/storage")));
        news.RecordWritten();
        Assert.Equal(("degraded", "result-rejected", 1), State(await PumpAsync(StationNews.StateEvery)));
    }

    [Fact]
    public async Task Of_a_devices_states_the_last_wins_and_a_new_line_hears_it_again()
    {
        news.Tell(new LinkNotice("ppg-1", LinkNotice.Connected, 0, "/dev/ttyUSB0"));
        news.Tell(new LinkNotice("ppg-1", LinkNotice.Silent, 1, null));
        Carry();
        await NextAsync();
        Letter state = await NextAsync();
        Assert.Equal((Box + "/dev/ppg-1/state", true), (state.Topic, state.Retain));
        Assert.Equal("""{"state":"fault","reason":"silent","time":"2000-01-01T00:00:00.000Z"}""", System.Text.Encoding.UTF8.GetString(state.Body.Span));
        Assert.Equal(["connected", "silent"], [Code(await NextAsync()), Code(await NextAsync())]);

        await RenewAsync();
        Assert.Equal(Box + "/state", (await NextAsync()).Topic);
        Assert.Equal(state.Body.ToArray(), (await NextAsync()).Body.ToArray());
        Assert.Equal("lost", Code(await NextAsync()));
        news.NoDevices();
        Assert.Contains("disconnected", System.Text.Encoding.UTF8.GetString((await NextAsync()).Body.Span), StringComparison.Ordinal);
        news.NoDevices();
        news.Tell(Event("marker"));
        Assert.Equal("marker", Code(await NextAsync()));
    }

    [Fact]
    public async Task A_device_says_where_the_measurement_under_its_electrode_stands_while_one_goes_on()
    {
        news.Tell(new LinkNotice("tcpo2-1", LinkNotice.Connected, 0, "here"));
        Carry();
        await NextAsync();
        Assert.DoesNotContain("electrode", Encoding.UTF8.GetString((await NextAsync()).Body.Span), StringComparison.Ordinal);
        await NextAsync();
        await TellsAsync(new ElectrodeState("warming", []), """{"state":"connected","electrode":{"phase":"warming","flags":[]},"time":"2000-01-01T00:00:00.000Z"}""");
        await TellsAsync(new ElectrodeState("air_leak", ["air_leak"]), """{"state":"connected","electrode":{"phase":"air_leak","flags":["air_leak"]},"time":"2000-01-01T00:00:00.000Z"}""");
        await TellsAsync(null, """{"state":"connected","time":"2000-01-01T00:00:00.000Z"}""");

        async Task TellsAsync(ElectrodeState? state, string body)
        {
            news.Tell(new LinkNotice("tcpo2-1", LinkNotice.Electrode, 0, null) { State = state });
            Letter letter = await NextAsync();
            Assert.Equal((Box + "/dev/tcpo2-1/state", true, body), (letter.Topic, letter.Retain, Encoding.UTF8.GetString(letter.Body.Span)));
        }
    }

    [Fact]
    public async Task The_modem_lines_a_device_holds_stand_in_its_state_while_it_is_connected()
    {
        news.Tell(Lines("par-1")); // of a device nothing was told of: nothing is told
        news.Device("par-1", DeviceState.Connected);
        Carry();
        await NextAsync();
        Assert.Equal("""{"state":"connected","time":"2000-01-01T00:00:00.000Z"}""", await BodyAsync());
        news.Tell(Lines("par-1"));
        Assert.Equal("""{"state":"connected","modem_lines":["CTS","DCD"],"time":"2000-01-01T00:00:00.000Z"}""", await BodyAsync());
        news.Device("par-1", DeviceState.Measuring);
        Assert.Equal("""{"state":"measuring","modem_lines":["CTS","DCD"],"time":"2000-01-01T00:00:00.000Z"}""", await BodyAsync());
        news.Device("par-1", DeviceState.Disconnected);
        Assert.Equal("""{"state":"disconnected","time":"2000-01-01T00:00:00.000Z"}""", await BodyAsync());

        async Task<string> BodyAsync() => Encoding.UTF8.GetString((await NextAsync()).Body.Span);

        static LinkNotice Lines(string device) => new(device, LinkNotice.ModemLines, 0, null) { Inputs = SerialInputs.ClearToSend | SerialInputs.CarrierDetect };
    }

    [Fact]
    public async Task A_name_that_cannot_be_a_topic_level_and_a_device_too_many_are_not_told()
    {
        news.Device("a b", DeviceState.Connected);
        news.Device("+", DeviceState.Connected);
        for (int number = 0; number <= StationNews.MostDevices; number++)
        {
            news.Device($"d-{number}", DeviceState.Connected);
        }

        news.Tell(Event("marker"));
        Carry();
        await NextAsync();
        List<string> told = [];
        for (Letter letter = await NextAsync(); letter.Topic != Box + "/event/clock"; letter = await NextAsync())
        {
            told.Add(letter.Topic);
        }

        Assert.Equal(Enumerable.Range(0, StationNews.MostDevices).Select(n => $"{Box}/dev/d-{n}/state").Order(), told.Order());
    }

    [Fact]
    public async Task An_event_carries_its_envelope_and_a_day()
    {
        news.Tell(new TechnicalEvent(TechnicalEventType.Security, "letter-unreadable", TechnicalSeverity.Warning, "ppg-1", "text"));
        Carry();
        await NextAsync();
        Letter letter = await NextAsync();
        Assert.Equal((Box + "/event/security", false, (byte)1, (TimeSpan?)TimeSpan.FromDays(1)), (letter.Topic, letter.Retain, letter.Qos, letter.Expires));
        Dictionary<string, string> envelope = letter.Properties.ToDictionary(p => p.Name, p => p.Value);
        Assert.Equal(("1.0", "//lab-a/bedside-box-01", "vascular.event.security.v1", "2000-01-01T00:00:00.000Z"), (envelope["specversion"], envelope["source"], envelope["type"], envelope["time"]));
        Assert.Equal(Identifiers.Version5(BootId, "event/1").ToString(), envelope["id"]);
        Assert.Equal("""{"code":"letter-unreadable","severity":"warning","device":"ppg-1","text":"text","time":"2000-01-01T00:00:00.000Z"}""", System.Text.Encoding.UTF8.GetString(letter.Body.Span));
    }

    [Fact]
    public async Task What_the_line_lost_goes_out_again_under_the_same_id()
    {
        line.Says = null;
        news.Tell(Event("first"));
        news.Tell(Event("second"));
        Carry();
        (await line.NextAsync()).Answer.SetResult(Receipt.Stored);
        (Letter first, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        answer.SetException(new IOException("no PUBACK"));
        await Assert.ThrowsAsync<IOException>(() => carrying.WaitAsync(Patience));
        await RenewAsync();
        await NextAsync();
        Assert.Equal(first.Properties, (await NextAsync()).Properties);
        Assert.Equal("second", Code(await NextAsync()));
    }

    [Fact]
    public async Task Without_a_broker_the_oldest_events_go_and_are_counted()
    {
        for (int number = 0; number < StationNews.LongestQueue + 3; number++)
        {
            news.Tell(Event($"e-{number}"));
        }

        Assert.Equal(3, news.LostEvents);
        Carry();
        await NextAsync();
        Letter dropped = await NextAsync();
        Assert.Equal((Box + "/event/quality", "events-dropped"), (dropped.Topic, Code(dropped)));
        Assert.Contains("3 events", JsonDocument.Parse(dropped.Body).RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("e-3", Code(await NextAsync()));
    }

    [Fact]
    public async Task An_event_the_broker_refuses_is_counted_and_does_not_hold_up_the_next()
    {
        line.Says = null;
        news.Tell(Event("first"));
        news.Tell(Event("second"));
        Carry();
        (await line.NextAsync()).Answer.SetResult(Receipt.Stored);
        (await line.NextAsync()).Answer.SetResult(Receipt.NotAuthorised);
        (Letter dropped, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        Assert.Equal("events-dropped", Code(dropped));
        answer.SetResult(Receipt.NotAuthorised); // no news about news about news
        (Letter second, answer) = await line.NextAsync();
        answer.SetResult(Receipt.NobodySubscribed);
        Assert.Equal("second", Code(second));
        await news.WaitUntilSaidAsync(TimeSpan.FromMinutes(1)).WaitAsync(Patience);
        Assert.True(line.IsQuiet);
        Assert.Equal(1, news.LostEvents);
    }

    [Fact]
    public async Task A_line_that_cannot_be_opened_again_and_again_is_told_once_and_then_that_it_is_back()
    {
        news.Tell(new OutboxEvent(OutboxEventKind.LineOpened, null, "lab-a/bedside-box-01")); // the first time is no news
        for (int attempt = 0; attempt < 5; attempt++)
        {
            news.Tell(new OutboxEvent(OutboxEventKind.LineLost, null, "refused"));
        }

        news.Tell(new OutboxEvent(OutboxEventKind.LineOpened, null, "lab-a/bedside-box-01"));
        news.Tell(Event("marker"));
        Carry();
        await NextAsync();
        Assert.Equal(["broker-lost", "broker-back", "marker"], [Code(await NextAsync()), Code(await NextAsync()), Code(await NextAsync())]);
    }

    [Fact]
    public async Task A_broker_that_is_not_believed_again_and_again_is_told_once_each_time_it_answers()
    {
        for (int time = 0; time < 2; time++)
        {
            news.Tell(new OutboxEvent(OutboxEventKind.LineLost, null, "gone"));
            for (int attempt = 0; attempt < 5; attempt++)
            {
                news.Tell(new OutboxEvent(OutboxEventKind.BrokerNotBelieved, null, "no certificate of ours"));
            }

            news.Tell(new OutboxEvent(OutboxEventKind.LineOpened, null, "lab-a/bedside-box-01"));
        }

        Carry();
        await NextAsync();
        string[] told = ["broker-lost", "broker-not-believed", "broker-back"];
        foreach (string code in told.Concat(told))
        {
            Assert.Equal(code, Code(await NextAsync()));
        }
    }

    [Theory]
    [InlineData(OutboxEventKind.NobodySubscribed, "storage", "nobody-subscribed")]
    [InlineData(OutboxEventKind.NotAuthorised, "security", "not-authorised")]
    [InlineData(OutboxEventKind.BrokerRefused, "storage", "broker-refused")]
    [InlineData(OutboxEventKind.Rejected, "storage", "result-rejected")]
    [InlineData(OutboxEventKind.LateAcknowledgement, "storage", "acknowledgement-late")]
    [InlineData(OutboxEventKind.ForeignAcknowledgement, "security", "acknowledgement-foreign")]
    [InlineData(OutboxEventKind.UnknownAcknowledgement, "security", "acknowledgement-unknown")]
    [InlineData(OutboxEventKind.UnreadableLetter, "security", "letter-unreadable")]
    [InlineData(OutboxEventKind.Published, null, null)]
    [InlineData(OutboxEventKind.Acknowledged, null, null)]
    public void What_happens_in_delivery_is_an_event_of_its_type(OutboxEventKind kind, string? type, string? code)
    {
        TechnicalEvent? happened = TechnicalEvent.Of(new OutboxEvent(kind, BootId, "detail"));
        Assert.Equal((type, code), (happened?.Type.ToString().ToLowerInvariant(), happened?.Code));
        Assert.True(happened is null || happened.Text == $"detail, message {BootId}");
    }

    [Fact]
    public async Task A_stepped_wall_clock_is_told_and_a_drifting_one_is_not()
    {
        SteppedTime wall = new();
        StationWatch watch = new(news, null, wall);
        Carry();
        await NextAsync();
        wall.Advance(StationWatch.Every);
        watch.Look();
        wall.WallStep = TimeSpan.FromMilliseconds(499);
        watch.Look();
        wall.WallStep += TimeSpan.FromHours(-1);
        watch.Look();
        watch.Look();
        Letter step = await NextAsync();
        Assert.Equal((Box + "/event/clock", "clock-step"), (step.Topic, Code(step)));
        Assert.Contains("-3600.000 s", JsonDocument.Parse(step.Body).RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        news.Tell(Event("marker"));
        Assert.Equal("marker", Code(await NextAsync()));
    }

    [Fact]
    public async Task What_the_broker_dropped_and_refused_is_told_once_with_its_number()
    {
        Vascular.Acquisition.Publishing.Mqtt.BrokerCounters counters = new();
        StationWatch watch = new(news, counters, time);
        counters.Drop();
        counters.Drop();
        counters.RefusePublish();
        watch.Look();
        watch.Look();
        counters.RefuseConnection();
        counters.RefusePacket();
        watch.Look();
        Carry();
        await NextAsync();
        Assert.Equal(
            [("storage", "messages-dropped", "2 "), ("security", "publishes-refused", "1 "), ("security", "connections-refused", "1 "), ("security", "packets-refused", "1 ")],
            [Told(await NextAsync()), Told(await NextAsync()), Told(await NextAsync()), Told(await NextAsync())]);

        static (string, string, string) Told(Letter letter) => (letter.Topic.Split('/')[^1], Code(letter), JsonDocument.Parse(letter.Body).RootElement.GetProperty("text").GetString()![..2]);
    }

    private static TechnicalEvent Event(string code) => new(TechnicalEventType.Clock, code, TechnicalSeverity.Info);

    private void Carry() => carrying = news.CarryAsync(line, stop.Token);

    private async Task RenewAsync()
    {
        ScriptedOutlet before = line;
        line = new ScriptedOutlet();
        if (!carrying.IsCompleted)
        {
            // the old line ends the way a lost one does: with whatever it says to the next letter
            before.Says = null;
            news.Tell(Event("lost"));
            (_, TaskCompletionSource<Receipt> answer) = await before.NextAsync();
            answer.SetException(new IOException("line lost"));
            await Assert.ThrowsAsync<IOException>(() => carrying.WaitAsync(Patience));
        }

        Carry();
    }

    private async Task<Letter> NextAsync() => (await line.NextAsync()).Letter;

    /// <summary>Lets time pass until the next letter goes out, through waits of this length at most.</summary>
    private Task<Letter> PumpAsync(TimeSpan longest) => time.UntilAsync(NextAsync(), longest);

    private static (string State, string? Reason, int? Outbox) State(Letter letter)
    {
        JsonElement body = JsonDocument.Parse(letter.Body).RootElement;
        return (body.GetProperty("state").GetString()!, body.TryGetProperty("reason", out JsonElement r) ? r.GetString() : null, body.TryGetProperty("outbox", out JsonElement o) ? o.GetInt32() : null);
    }

    private static string Code(Letter letter) => JsonDocument.Parse(letter.Body).RootElement.GetProperty("code").GetString()!;
}
