using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Simulators;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The embedded broker with room for three messages a consumer.</summary>
public sealed class NarrowCourt : EmbeddedCourt
{
    protected override BrokerOptions Tune(BrokerOptions usual) => base.Tune(usual) with { LongestQueue = 3 };
}

/// <summary>A consumer that was away for longer than the embedded broker keeps for it.</summary>
public sealed class NarrowQueueTests(NarrowCourt court) : IClassFixture<NarrowCourt>
{
    [OutsideConsumerFact]
    public async Task What_the_broker_dropped_is_sent_again_until_it_is_there()
    {
        await using SendingStation station = await SendingStation.OpenAsync(1, () => court.Options);
        station.Start();
        await station.CommitAsync(1);
        await station.SettleAsync(); // both have subscribed
        await court.Jury.KillAsync();
        await station.CommitAsync(12);
        await station.SeeAsync(OutboxEventKind.Published, 13);
        Assert.InRange(court.Broker.Broker.Counters.DroppedMessages, 2 * (12 - 3 - 1), 2 * 12);
        Assert.Equal("delivered to archive, ehr-bridge / owed to archive, ehr-bridge", await station.TableAsync());
        court.Jury.Start();
        await court.Jury.AssertDeliveredAsync(station);
    }
}

/// <summary>What a consumer can do wrong in answering.</summary>
public sealed class ConsumerFaultTests(EmbeddedCourt court) : IClassFixture<EmbeddedCourt>, IAsyncLifetime
{
    private Jury Jury => court.Jury;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The next test has a recorder without faults.</summary>
    public async Task DisposeAsync()
    {
        if (Jury.Recorder.More.Count > 0)
        {
            await Jury.Recorder.KillAsync();
            await StartAsync();
        }
    }

    [OutsideConsumerFact]
    public async Task It_is_killed_between_storing_and_acknowledging()
    {
        await Jury.Recorder.KillAsync();
        await StartAsync("--fault", "die=2"); // and again in each of its next lives
        await using SendingStation station = await OpenAsync(1);
        await station.CommitAsync(6);
        station.Start();
        await Jury.AssertDeliveredAsync(station);
        Assert.True(Jury.Recorder.Said.Count(line => line == "ended 137") >= 3, string.Join('\n', Jury.Recorder.Said));
        Assert.Contains(await ConsumersAsync(station), c => c is { Consumer: "ehr-bridge", State: ConsumerState.Duplicate });
    }

    [OutsideConsumerFact]
    public async Task It_acknowledges_twice()
    {
        await Jury.Recorder.KillAsync();
        await StartAsync("--fault", "twice");
        await using SendingStation station = await OpenAsync(2);
        await station.CommitAsync(2);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LateAcknowledgement, 2);
        await Jury.AssertDeliveredAsync(station);
        Assert.Equal(4, station.Happened.Count(e => e.Kind == OutboxEventKind.Acknowledged));
    }

    [OutsideConsumerFact]
    public async Task It_acknowledges_what_nobody_sent()
    {
        await Jury.Recorder.KillAsync();
        await StartAsync("--fault", "unknown");
        await using SendingStation station = await OpenAsync(3);
        await station.CommitAsync(2);
        station.Start();
        await station.SeeAsync(OutboxEventKind.UnknownAcknowledgement, 2);
        await Jury.AssertDeliveredAsync(station);
    }

    [OutsideConsumerFact]
    public async Task It_rejects_and_a_person_has_it_sent_again()
    {
        await Jury.Recorder.KillAsync();
        await StartAsync("--fault", "reject=1");
        await using SendingStation station = await OpenAsync(4);
        await station.CommitAsync(1);
        station.Start();
        await station.SettleAsync();
        Assert.Equal("rejected by ehr-bridge; delivered to archive", await station.TableAsync());
        await station.Outbox!.DecideAsync(station.Results[0].Id, "ehr-bridge", resend: true, "physician", "the chart was closed, it is open now", CancellationToken.None);
        await Jury.AssertDeliveredAsync(station);
    }

    [OutsideConsumerFact]
    public async Task It_rejects_and_a_person_closes_it_and_nobody_calls_that_delivered()
    {
        await Jury.Recorder.KillAsync();
        await StartAsync("--fault", "reject");
        await using SendingStation station = await OpenAsync(5);
        await station.CommitAsync(1);
        station.Start();
        await station.SettleAsync();
        await station.Record.DecideAsync(1, "ehr-bridge", resend: false, "physician", "entered by hand", 5, CancellationToken.None);
        Assert.Equal("closed for ehr-bridge; delivered to archive", await station.TableAsync());
        Assert.DoesNotContain(station.Results[0].Id.ToString(), Jury.Recorder.Held().Keys);
        IReadOnlyList<AuditEntry> audit = await new ExaminationRecord(station.Database).AuditAsync(station.Examination, CancellationToken.None);
        Assert.Contains(audit, a => a is { Action: "close", User: "physician" } && a.Detail.Contains("entered by hand", StringComparison.Ordinal));
    }

    private async Task StartAsync(params string[] more)
    {
        int before = Jury.Recorder.Said.Count;
        Jury.Recorder.More = more;
        Jury.Recorder.Start();
        await Jury.Recorder.HearAsync("listening", before);
    }

    private Task<SendingStation> OpenAsync(int number) => SendingStation.OpenAsync(100 + number, () => court.Options);

    private static async Task<IReadOnlyList<OutboxConsumer>> ConsumersAsync(SendingStation station) => [.. (await station.StatusAsync()).SelectMany(row => row.Consumers)];
}
