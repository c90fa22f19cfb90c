using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Records;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class OutboxTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 9, 0, 0, TimeSpan.Zero));
    private readonly Channel<OutboxEvent> events = Channel.CreateUnbounded<OutboxEvent>();
    private readonly Channel<ScriptedOutlet> lines = Channel.CreateUnbounded<ScriptedOutlet>();
    private readonly CancellationTokenSource stop = new();
    private TemporaryRecord record = null!;
    private Outbox outbox = null!;
    private Task running = Task.CompletedTask;
    private Receipt? brokerSays = Receipt.Stored;

    public async Task InitializeAsync()
    {
        record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, SeedSession.Findings()[0]);
        outbox = NewOutbox();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await record.DisposeAsync();
    }

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task A_message_goes_out_with_its_envelope_and_is_settled_by_its_consumer_alone()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (Letter letter, _) = await line.NextAsync();
        Assert.Equal(("vascular/v1/lab-a/bedside-box-01/result/session", "application/fhir+json", (byte)1, false, (TimeSpan?)null), (letter.Topic, letter.ContentType, letter.Qos, letter.Retain, letter.Expires));
        Assert.Contains(("id", row.MessageId.ToString()), letter.Properties);
        Assert.Contains(("sequence", "00000000000000000001"), letter.Properties);

        await SeeAsync(OutboxEventKind.Published);
        Assert.Equal(OutboxState.Owed, await StateAsync()); // the broker's word settles nothing
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Settled, await StateAsync());
        OutboxConsumer consumer = (await record.Outbox.RowAsync(1, default)).Consumers.Single();
        Assert.Equal((ConsumerState.Stored, "r/1", (long?)UtcNs.Of(time.GetUtcNow())), (consumer.State, consumer.Reference, consumer.AtUtcNs));
    }

    [Fact]
    public async Task Every_required_consumer_must_answer_and_a_repeat_counts()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge", "archive");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        line.Acknowledge("archive", row.MessageId, "duplicate");
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Owed, await StateAsync());
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Settled, await StateAsync());
    }

    [Fact]
    public async Task An_acknowledgement_before_the_PUBACK_counts_and_the_row_is_not_sent_again()
    {
        brokerSays = null;
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (_, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Settled, await StateAsync());
        answer.SetResult(Receipt.Stored);
        await SeeAsync(OutboxEventKind.Published);
        Assert.Equal(OutboxState.Settled, await StateAsync());
        line.Lose();
        ScriptedOutlet next = await NextLineAsync();
        await SeeAsync(OutboxEventKind.LineOpened);
        OutboxStatus second = await record.SendAsync(2, "ehr-bridge");
        outbox.Wake();
        Assert.Contains(("id", second.MessageId.ToString()), (await next.NextAsync()).Letter.Properties);
    }

    [Fact]
    public async Task A_row_committed_while_the_line_is_open_goes_out_when_woken()
    {
        ScriptedOutlet line = await StartAsync();
        await SeeAsync(OutboxEventKind.LineOpened);
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        outbox.Wake();
        Assert.Contains(("id", row.MessageId.ToString()), (await line.NextAsync()).Letter.Properties);
    }

    [Fact]
    public async Task After_a_lost_line_the_same_id_and_the_same_bytes_go_out_again()
    {
        brokerSays = null;
        await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (Letter first, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        answer.SetException(new IOException("no PUBACK"));
        await SeeAsync(OutboxEventKind.LineLost);
        ScriptedOutlet next = await NextLineAsync();
        (Letter again, _) = await next.NextAsync();
        Assert.Equal(first.Properties, again.Properties);
        Assert.Equal(first.Body.ToArray(), again.Body.ToArray());
        Assert.True(line.IsDisposed);
        Assert.Contains(await record.Outbox.AttemptsAsync(1, default), a => a.What == "line lost");
    }

    /// <summary>A library may throw anything from a line that goes; delivery that ended by it would be silent until the next start.</summary>
    [Theory]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(FormatException))]
    public async Task Whatever_a_line_throws_delivery_goes_on(Type thrown)
    {
        brokerSays = null;
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (_, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        answer.SetException((Exception)Activator.CreateInstance(thrown, "anything")!);
        await SeeAsync(OutboxEventKind.LineLost);
        ScriptedOutlet next = await NextLineAsync();
        Assert.Contains(("id", row.MessageId.ToString()), (await next.NextAsync()).Letter.Properties);
    }

    [Fact]
    public async Task Without_an_answer_the_message_is_published_again_after_a_while()
    {
        await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (Letter first, _) = await line.NextAsync();
        (Letter again, _) = await PumpAsync(line.NextAsync());
        Assert.Equal(first.Properties, again.Properties);
        Assert.Equal(first.Body.ToArray(), again.Body.ToArray());
    }

    [Fact]
    public async Task What_is_owed_goes_oldest_version_first_one_at_a_time()
    {
        brokerSays = null;
        OutboxStatus first = await record.SendAsync(1, "ehr-bridge");
        OutboxStatus second = await record.SendAsync(2, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (Letter letter, TaskCompletionSource<Receipt> answer) = await line.NextAsync();
        Assert.Contains(("id", first.MessageId.ToString()), letter.Properties);
        Assert.True(line.IsQuiet); // the second waits for what the broker says to the first
        answer.SetResult(Receipt.Stored);
        Assert.Contains(("id", second.MessageId.ToString()), (await line.NextAsync()).Letter.Properties);
    }

    [Fact]
    public async Task Of_many_examinations_forty_results_are_under_way_at_once()
    {
        brokerSays = null;
        await record.SendOthersAsync(41, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        TaskCompletionSource<Receipt> answer = (await line.NextAsync()).Answer;
        for (int underWay = 2; underWay <= 40; underWay++)
        {
            await line.NextAsync();
        }

        Assert.True(line.IsQuiet); // the last waits for what the broker says to any of them
        answer.SetResult(Receipt.Stored);
        await line.NextAsync();
    }

    [Fact]
    public async Task What_the_broker_says_while_the_record_is_written_is_written_down_for_each()
    {
        brokerSays = null;
        IReadOnlyList<OutboxStatus> rows = await record.SendOthersAsync(12);
        ScriptedOutlet line = await StartAsync();
        List<TaskCompletionSource<Receipt>> answers = [];
        while (answers.Count < rows.Count)
        {
            answers.Add((await line.NextAsync()).Answer);
        }

        await using (RecordContext context = record.Database.Context())
        await using (await record.Database.BeginAsync(context, default))
        {
            answers.ForEach(a => a.SetResult(Receipt.Stored));
        }

        foreach (OutboxStatus row in rows)
        {
            await SeeAsync(OutboxEventKind.Published);
        }

        foreach (OutboxStatus row in rows)
        {
            Assert.Equal(OutboxState.SentNotConfirmed, (await record.Outbox.RowAsync(row.Sequence, default)).State);
            Assert.Single(await record.Outbox.AttemptsAsync(row.Sequence, default), a => a is { What: "published", Detail: "Stored" });
        }
    }

    [Fact]
    public async Task What_consumers_answer_while_the_record_is_written_is_taken_from_each()
    {
        IReadOnlyList<OutboxStatus> rows = await record.SendOthersAsync(12, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        foreach (OutboxStatus row in rows)
        {
            await SeeAsync(OutboxEventKind.Published);
        }

        await using (RecordContext context = record.Database.Context())
        await using (await record.Database.BeginAsync(context, default))
        {
            rows.ToList().ForEach(row => line.Acknowledge("ehr-bridge", row.MessageId, "stored"));
        }

        foreach (OutboxStatus row in rows)
        {
            await SeeAsync(OutboxEventKind.Acknowledged);
        }

        Assert.Empty(await record.Outbox.OwedAsync(default));
    }

    [Fact]
    public async Task Answers_that_came_before_the_line_was_lost_count()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        line.Lose();
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Settled, await StateAsync());
    }

    [Fact]
    public async Task A_rejected_message_is_held_for_a_person_who_closes_it_or_sends_it_again()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        await SeeAsync(OutboxEventKind.Published);
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        await SeeAsync(OutboxEventKind.Rejected);
        Assert.Equal(OutboxState.Held, await StateAsync());
        Assert.Equal("because", (await record.Outbox.RowAsync(1, default)).Consumers.Single().Reason);

        await Assert.ThrowsAsync<InvalidOperationException>(() => outbox.DecideAsync(SeedSession.Examination, "ehr-bridge", resend: true, "physician", "no such message", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => outbox.DecideAsync(row.MessageId, "archive", resend: true, "physician", "it rejected nothing", default));
        await outbox.DecideAsync(row.MessageId, "ehr-bridge", resend: true, "physician", "mapping mended", default); // at once, not at its turn in a minute
        await line.NextAsync();
        await SeeAsync(OutboxEventKind.Published);
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        await SeeAsync(OutboxEventKind.Rejected);
        await record.Outbox.DecideAsync(1, "ehr-bridge", resend: false, "physician", "entered by hand", 6, default);
        Assert.Equal(OutboxState.Settled, await StateAsync());
        Assert.Equal(["resend", "close"], (await record.Examinations.AuditAsync(SeedSession.Examination, default)).Select(a => a.Action).TakeLast(2));
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Outbox.DecideAsync(1, "ehr-bridge", false, "physician", "again", 7, default));
    }

    [Fact]
    public async Task What_a_person_sends_again_goes_out_at_once_though_another_consumer_has_not_answered()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge", "archive");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        await SeeAsync(OutboxEventKind.Published);
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        await SeeAsync(OutboxEventKind.Rejected);
        Assert.Equal(OutboxState.Owed, await StateAsync()); // its turn is in a minute: the archive waits
        await outbox.DecideAsync(row.MessageId, "ehr-bridge", resend: true, "physician", "mapping mended", default);
        await line.NextAsync();
    }

    [Fact]
    public async Task A_late_answer_changes_nothing_not_even_a_rejection()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.Acknowledged);
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        await SeeAsync(OutboxEventKind.LateAcknowledgement);
        Assert.Equal(OutboxState.Settled, await StateAsync());
    }

    [Fact]
    public async Task Only_stored_lifts_a_rejection()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        line.Acknowledge("ehr-bridge", row.MessageId, "rejected");
        await SeeAsync(OutboxEventKind.Rejected);
        line.Acknowledge("ehr-bridge", row.MessageId, "duplicate"); // it saw the id, and has nothing
        await SeeAsync(OutboxEventKind.LateAcknowledgement);
        Assert.Equal(OutboxState.Held, await StateAsync());
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.Acknowledged);
        Assert.Equal(OutboxState.Settled, await StateAsync());
    }

    [Fact]
    public async Task Unknown_foreign_and_unreadable_answers_are_noted_and_settle_nothing()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        line.Acknowledge("ehr-bridge", Guid.Empty, "stored");
        await SeeAsync(OutboxEventKind.UnknownAcknowledgement);
        line.Acknowledge("monitor", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.ForeignAcknowledgement);
        string[] unreadable = ["", "[]", "{", "{\"id\":1}", "{\"id\":\"\\ud800\"}", $"{{\"id\":\"{row.MessageId}\",\"status\":\"perhaps\"}}", new string(' ', 20_000)];
        foreach (string body in unreadable)
        {
            line.Hear("vascular/v1/lab-a/bedside-box-01/ack/ehr-bridge", body);
            await SeeAsync(OutboxEventKind.UnreadableLetter);
        }

        line.Acknowledge("ehr-bridge/more", row.MessageId, "stored");
        await SeeAsync(OutboxEventKind.UnreadableLetter);
        line.Acknowledge("ehr-bridge", row.MessageId, "stored", station: "lab-a/other-box");
        Assert.Equal(OutboxState.Owed, await StateAsync());
        line.Acknowledge("ehr-bridge", row.MessageId, "stored"); // the line still lives
        await SeeAsync(OutboxEventKind.Acknowledged);
    }

    [Fact]
    public async Task With_no_required_consumer_the_broker_settles_it_as_sent_not_confirmed_but_only_if_somebody_took_it()
    {
        brokerSays = null;
        await record.SendAsync(1);
        ScriptedOutlet line = await StartAsync();
        (await line.NextAsync()).Answer.SetResult(Receipt.NobodySubscribed);
        await SeeAsync(OutboxEventKind.NobodySubscribed);
        Assert.Equal(OutboxState.Owed, await StateAsync());
        (await PumpAsync(line.NextAsync())).Answer.SetResult(Receipt.Stored);
        IReadOnlyList<OutboxStatus> rows = await outbox.WaitUntilSettledAsync(SeedSession.Examination, TimeSpan.FromHours(100), default).WaitAsync(Patience);
        Assert.Equal(OutboxState.SentNotConfirmed, rows.Single().State);
    }

    [Fact]
    public async Task A_crash_between_publishing_and_settling_sends_the_same_message_from_the_next_process()
    {
        brokerSays = null;
        await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        (Letter first, _) = await line.NextAsync();
        await StopAsync(); // the PUBACK never came
        RecordDatabase reopened = await RecordDatabase.OpenAsync(record.File, default);
        using CancellationTokenSource stopAgain = new();
        ScriptedOutlet next = new();
        Outbox restarted = new(new OutboxRecord(reopened), new OutboxAddress("lab-a", "bedside-box-01"), time, _ => { });
        Task again = restarted.RunAsync(_ => Task.FromResult<IOutlet>(next), stopAgain.Token);
        (Letter letter, _) = await next.NextAsync();
        Assert.Equal(first.Properties, letter.Properties);
        Assert.Equal(first.Body.ToArray(), letter.Body.ToArray());
        await stopAgain.CancelAsync();
        await again.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_line_that_cannot_be_opened_is_tried_again()
    {
        await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = new();
        Mock<Func<CancellationToken, Task<IOutlet>>> open = new();
        open.SetupSequence(o => o(It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("refused")).ThrowsAsync(new OperationCanceledException("gave up")).ReturnsAsync(line);
        running = outbox.RunAsync(open.Object, stop.Token);
        await PumpAsync(line.NextAsync());
        open.Verify(o => o(It.IsAny<CancellationToken>()), Times.Exactly(3));
    }

    [Fact]
    public async Task A_consumer_may_ask_again_for_what_it_has_not_acknowledged()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        Letter first = (await line.NextAsync()).Letter;
        await SeeAsync(OutboxEventKind.Published);
        line.Hear("vascular/v1/lab-a/bedside-box-01/cmd/resend", $"{{\"ids\":[\"{row.MessageId}\"]}}");
        Assert.Equal(first.Properties, (await line.NextAsync()).Letter.Properties);
        await SeeAsync(OutboxEventKind.Published);
        line.Hear("vascular/v1/lab-a/bedside-box-01/cmd/resend", $"{{\"session\":\"{SeedSession.Examination}\"}}");
        await line.NextAsync();
        await SeeAsync(OutboxEventKind.Published);
        line.Hear("vascular/v1/lab-a/bedside-box-01/cmd/resend", $"{{\"ids\":[\"{Guid.Empty}\"]}}");
        line.Hear("vascular/v1/lab-a/bedside-box-01/cmd/resend", "{\"ids\":17}");
        await SeeAsync(OutboxEventKind.UnreadableLetter);
        Assert.True(line.IsQuiet);
    }

    [Fact]
    public async Task Waiting_ends_when_the_consumer_has_it_and_at_the_deadline_when_it_has_not()
    {
        OutboxStatus row = await record.SendAsync(1, "ehr-bridge");
        ScriptedOutlet line = await StartAsync();
        await line.NextAsync();
        Task<IReadOnlyList<OutboxStatus>> short_ = outbox.WaitUntilSettledAsync(SeedSession.Examination, TimeSpan.FromSeconds(5), default);
        Assert.Equal(OutboxState.Owed, (await PumpAsync(short_)).Single().State);
        Task<IReadOnlyList<OutboxStatus>> long_ = outbox.WaitUntilSettledAsync(SeedSession.Examination, TimeSpan.FromHours(1), default);
        Assert.False(long_.IsCompleted);
        line.Acknowledge("ehr-bridge", row.MessageId, "stored");
        Assert.Equal(OutboxState.Settled, (await long_.WaitAsync(Patience)).Single().State);
    }

    [Fact]
    public void A_name_that_cannot_be_a_topic_level_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Outbox(record.Outbox, new OutboxAddress("lab a", "box"), time, _ => { }));
        Assert.Throws<ArgumentException>(() => new Outbox(record.Outbox, new OutboxAddress("lab", "box/+"), time, _ => { }));
    }

    private Outbox NewOutbox() => new(record.Outbox, new OutboxAddress("lab-a", "bedside-box-01"), time, e => events.Writer.TryWrite(e));

    private async Task<ScriptedOutlet> StartAsync()
    {
        running = outbox.RunAsync(
            _ =>
            {
                ScriptedOutlet line = new() { Says = brokerSays };
                lines.Writer.TryWrite(line);
                return Task.FromResult<IOutlet>(line);
            },
            stop.Token);
        return await lines.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    private Task<ScriptedOutlet> NextLineAsync() => PumpAsync(lines.Reader.ReadAsync().AsTask());

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
    }

    /// <summary>Reads events up to the first of this kind.</summary>
    private async Task SeeAsync(OutboxEventKind kind)
    {
        using CancellationTokenSource limit = new(Patience);
        while ((await events.Reader.ReadAsync(limit.Token)).Kind != kind)
        {
        }
    }

    /// <summary>Lets the outbox's time pass, second by second, until what is wanted has happened.</summary>
    private async Task<T> PumpAsync<T>(Task<T> wanted)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!wanted.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await wanted;
    }

    private async Task<OutboxState> StateAsync() => (await record.Outbox.StatusAsync(SeedSession.Examination, default))[0].State;
}
