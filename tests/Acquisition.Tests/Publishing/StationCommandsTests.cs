using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Records;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class StationCommandsTests : IAsyncLifetime, IDisposable
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private const string Inbox = Box + "/reply/ehr-bridge";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly byte[] Correlation = [0, 255, 17];
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 9, 0, 0, TimeSpan.Zero));
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
    public async Task Ping_is_answered_on_the_response_topic_with_the_same_correlation_data()
    {
        Start();
        Ask("ping", "");
        Letter reply = await ReplyAsync();
        Assert.Equal((Inbox, "application/json", (byte)1, false, (TimeSpan?)TimeSpan.FromSeconds(30)), (reply.Topic, reply.ContentType, reply.Qos, reply.Retain, reply.Expires));
        Assert.Equal(Correlation, reply.Correlation.ToArray());
        Assert.Equal("""{"status":"done"}""", Text(reply));
    }

    [Fact]
    public async Task Resend_is_accepted_when_something_is_owed_and_sends_it_again()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        Start();
        Letter first = (await line.NextAsync()).Letter;
        await SeeAsync(OutboxEventKind.Published);
        Ask("resend", $"{{\"ids\":[\"{row.MessageId}\"]}}");
        Letter[] both = [(await line.NextAsync()).Letter, (await line.NextAsync()).Letter];
        Assert.Equal("accepted", Status(both.Single(l => l.Topic == Inbox)));
        Assert.Equal(first.Properties, both.Single(l => l.Topic == first.Topic).Properties);
    }

    [Fact]
    public async Task Resend_of_what_nobody_is_owed_is_done()
    {
        Start();
        Ask("resend", $"{{\"ids\":[\"{Guid.Empty}\"]}}");
        Assert.Equal("""{"status":"done","reason":"nothing of it is owed"}""", Text(await ReplyAsync()));
    }

    [Theory]
    [InlineData("stop", "{}", "this station knows the commands ping and resend")]
    [InlineData("", "{}", "this station knows the commands ping and resend")]
    [InlineData("resend/now", "{}", "this station knows the commands ping and resend")]
    [InlineData("ping", "{", "the body is not JSON")]
    [InlineData("resend", "{", "the body is no request to resend")]
    [InlineData("resend", "null", "the body is no request to resend")]
    [InlineData("resend", "{\"ids\":17}", "the body is no request to resend")]
    [InlineData("resend", "{\"session\":\"\\ud800\"}", "the body is no request to resend")]
    public async Task What_is_no_command_is_refused_with_the_reason(string verb, string body, string reason)
    {
        Start();
        Ask(verb, body);
        Letter reply = await ReplyAsync();
        Assert.Equal("refused", Status(reply));
        Assert.Equal(reason, JsonDocument.Parse(reply.Body).RootElement.GetProperty("reason").GetString());
        await SeeAsync(OutboxEventKind.UnreadableLetter);
    }

    [Fact]
    public async Task A_body_without_end_is_refused()
    {
        Start();
        Ask("ping", new string(' ', 20_000));
        Assert.Equal("refused", Status(await ReplyAsync()));
        Ask("resend", new string(' ', 20_000));
        Assert.Equal("refused", Status(await ReplyAsync()));
    }

    [Fact]
    public async Task Without_a_response_topic_a_command_is_done_and_not_answered()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        Start();
        Letter first = (await line.NextAsync()).Letter;
        await SeeAsync(OutboxEventKind.Published);
        line.Hear(Box + "/cmd/resend", $"{{\"session\":\"{row.Examination}\"}}");
        Assert.Equal(first.Properties, (await line.NextAsync()).Letter.Properties);
        line.Hear(Box + "/cmd/ping", "");
        Ask("ping", "");
        Assert.Equal(Inbox, (await line.NextAsync()).Letter.Topic); // the next thing that goes out answers the second ping
        Assert.True(line.IsQuiet);
    }

    [Theory]
    [InlineData("vascular/v1/lab-a/bedside-box-02/reply/ehr-bridge")]
    [InlineData(Box + "/result/session")]
    [InlineData(Box + "/reply/")]
    [InlineData(Box + "/reply/ehr-bridge/more")]
    [InlineData(Box + "/reply/+")]
    [InlineData("elsewhere")]
    public async Task A_station_answers_only_below_its_own_reply_topics(string elsewhere)
    {
        Start();
        line.Hear(Box + "/cmd/ping", "", elsewhere, Correlation);
        await SeeAsync(OutboxEventKind.UnreadableLetter);
        Ask("ping", "");
        Assert.Equal(Inbox, (await line.NextAsync()).Letter.Topic);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_fails_the_command_and_not_the_station()
    {
        Start();
        Ask("ping", "");
        await ReplyAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await using (Microsoft.Data.Sqlite.SqliteConnection broken = new($"Data Source={record.File}"))
        {
            await broken.OpenAsync();
            await using Microsoft.Data.Sqlite.SqliteCommand drop = broken.CreateCommand();
            drop.CommandText = "PRAGMA foreign_keys=OFF; ALTER TABLE Outbox RENAME TO Gone";
            await drop.ExecuteNonQueryAsync();
        }

        Ask("resend", "{}");
        Assert.Equal("failed", Status(await ReplyAsync()));
        await SeeAsync(OutboxEventKind.RecordFailed);
        Ask("ping", "");
        Assert.Equal("done", Status(await ReplyAsync()));
    }

    private void Start()
    {
        Outbox outbox = new(record.Outbox, new OutboxAddress("lab-a", "bedside-box-01"), time, e => events.Writer.TryWrite(e));
        running = outbox.RunAsync(_ => Task.FromResult<IOutlet>(line), stop.Token);
    }

    private void Ask(string verb, string body) => line.Hear($"{Box}/cmd/{verb}", body, Inbox, Correlation);

    private async Task<Letter> ReplyAsync()
    {
        Letter reply = (await line.NextAsync()).Letter;
        Assert.Equal(Inbox, reply.Topic);
        return reply;
    }

    private static string Text(Letter letter) => Encoding.UTF8.GetString(letter.Body.Span);

    private static string Status(Letter reply) => JsonDocument.Parse(reply.Body).RootElement.GetProperty("status").GetString()!;

    private async Task SeeAsync(OutboxEventKind kind)
    {
        using CancellationTokenSource limit = new(Patience);
        while ((await events.Reader.ReadAsync(limit.Token)).Kind != kind)
        {
        }
    }
}
