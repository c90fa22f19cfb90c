using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Records;
using Vascular.Acquisition.Tests.Station;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>The outbox and what it tells about itself, on one line.</summary>
public sealed class OutboxNewsTests : IAsyncLifetime, IDisposable
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TimerTime time = new();
    private readonly Channel<OutboxEvent> events = Channel.CreateUnbounded<OutboxEvent>();
    private readonly CancellationTokenSource stop = new();
    private readonly ScriptedOutlet line = new();
    private TemporaryRecord record = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, SeedSession.Findings()[0]);
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        await record.DisposeAsync();
    }

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task The_state_counts_what_is_owed_and_counts_it_down()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        Start();
        await StateAsync(s => s is ("online", null, 1));
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await StateAsync(s => s is ("online", null, 0));
    }

    [Fact]
    public async Task A_rejected_result_is_told_as_event_and_state()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        Start();
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        JsonElement happened = await EventAsync("storage", "result-rejected");
        Assert.Equal($"ehr-bridge, message {row.MessageId}", happened.GetProperty("text").GetString()); // and not the consumer's reason, which may say anything
        await StateAsync(s => s is ("degraded", "result-rejected", 1));
    }

    [Fact]
    public async Task Acknowledgements_nobody_waits_for_are_told()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        Start();
        line.Acknowledge("ehr-bridge", Guid.Empty, "stored");
        await EventAsync("security", "acknowledgement-unknown");
        line.Acknowledge("monitor", row.MessageId, "stored");
        await EventAsync("security", "acknowledgement-foreign");
    }

    [Theory]
    [InlineData(Receipt.NobodySubscribed, "storage", "nobody-subscribed")]
    [InlineData(Receipt.NotAuthorised, "security", "not-authorised")]
    public async Task What_the_broker_says_against_a_result_is_told(Receipt receipt, string type, string code)
    {
        await record.SendAsync(1, "ehr-bridge");
        line.Says = null;
        Start();
        for (bool refused = false; !refused;)
        {
            (Letter letter, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
            refused = letter.Topic == Box + "/result/session";
            answer.SetResult(refused ? receipt : Receipt.Stored);
        }

        line.Says = Receipt.Stored;
        await EventAsync(type, code, answerWaiting: true);
    }

    [Fact]
    public async Task A_database_that_fails_is_told_and_delivery_goes_on_when_it_is_back()
    {
        await record.SendAsync(1, "ehr-bridge");
        await SqlAsync("ALTER TABLE Outbox RENAME TO Gone");
        Start();
        await StateAsync(s => s is ("degraded", "record-failed", _));
        await EventAsync("storage", "record-failed");
        await SqlAsync("ALTER TABLE Gone RENAME TO Outbox");
        for (Letter letter = await PumpAsync(); letter.Topic != Box + "/result/session"; letter = await PumpAsync())
        {
            Assert.DoesNotContain("offline", System.Text.Encoding.UTF8.GetString(letter.Body.Span), StringComparison.Ordinal);
        }

        await StateAsync(s => s is ("online", null, 1));
    }

    private void Start()
    {
        OutboxAddress address = new("lab-a", "bedside-box-01");
        StationNews news = new(address, Guid.Empty, "0.0.0-test", time);
        Outbox outbox = new(record.Outbox, address, time, e => events.Writer.TryWrite(e), news);
        running = outbox.RunAsync(_ => Task.FromResult<IOutlet>(line), stop.Token);
    }

    private async Task StateAsync(Func<(string State, string? Reason, int? Outbox), bool> wanted)
    {
        while (true)
        {
            Letter letter = await PumpAsync();
            if (letter.Topic == Box + "/state")
            {
                JsonElement body = JsonDocument.Parse(letter.Body).RootElement;
                if (wanted((body.GetProperty("state").GetString()!, body.TryGetProperty("reason", out JsonElement r) ? r.GetString() : null, body.TryGetProperty("outbox", out JsonElement o) ? o.GetInt32() : null)))
                {
                    return;
                }
            }
        }
    }

    private async Task<JsonElement> EventAsync(string type, string code, bool answerWaiting = false)
    {
        while (true)
        {
            (Letter letter, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
            if (answerWaiting)
            {
                answer.TrySetResult(Receipt.Stored);
            }

            if (letter.Topic == $"{Box}/event/{type}" && JsonDocument.Parse(letter.Body).RootElement is var body && body.GetProperty("code").GetString() == code)
            {
                return body;
            }
        }
    }

    /// <summary>Lets time pass until the next letter goes out: states are said once a second, a failed database is tried again after a while.</summary>
    private async Task<Letter> PumpAsync() => (await time.UntilAsync(line.NextAsync(), TimeSpan.FromSeconds(30))).Letter;

    private async Task SqlAsync(string command)
    {
        await using SqliteConnection database = new($"Data Source={record.File};Pooling=False");
        await database.OpenAsync();
        await using SqliteCommand run = database.CreateCommand();
        run.CommandText = "PRAGMA legacy_alter_table=ON; PRAGMA foreign_keys=OFF; " + command;
        await run.ExecuteNonQueryAsync();
    }
}
