using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Simulators;
using Vascular.KillHost;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>A station that dies again and again while it sends. After each death: what its record calls delivered is at the consumer. In the end: everything is, once.</summary>
public sealed class KilledSendingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string folder = Directory.CreateTempSubdirectory("killed-sending-").FullName;

    private string Record => Path.Combine(folder, "record.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task At_fifty_instants_in_one_process()
    {
        MemoryBroker broker = new(SendingStation.Required);
        Guid examination = Identifiers.Version5(SeedSession.Examination, "killed/memory");
        RecordDatabase database = await RecordDatabase.OpenAsync(Record, CancellationToken.None);
        await OwedRecord.OpenAsync(database, examination);
        List<OwedResult> results = [];
        foreach (SendInstant instant in SendingDeaths.Instants(50))
        {
            await CommitAsync(database, examination, results);
            await DieAsync(broker, instant);
            foreach (OutboxStatus row in await new OutboxRecord(database).StatusAsync(examination, CancellationToken.None))
            {
                Assert.All(
                    row.Consumers.Where(c => c.State != ConsumerState.Owed),
                    c => Assert.True(broker.Held[c.Consumer].ContainsKey(row.MessageId.ToString()), $"{instant}: {c.Consumer} has not got {row.Sequence}"));
            }
        }

        using CancellationTokenSource stop = new();
        Outbox last = NewOutbox(await RecordDatabase.OpenAsync(Record, CancellationToken.None));
        Task running = last.RunAsync(_ => Task.FromResult(broker.Open()), stop.Token);
        IReadOnlyList<OutboxStatus> rows = await last.WaitUntilSettledAsync(examination, TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(Patience);
        await stop.CancelAsync();
        await running;
        Assert.All(rows, row => Assert.Equal(OutboxState.Settled, row.State));
        Assert.All(broker.Held.Values, held => Assert.Equal(results.Select(r => r.Id.ToString()).Order(), held.Keys.Order()));
        Assert.Contains(broker.Held.Values.SelectMany(held => held.Values), times => times > 1); // some died with an answer unread
    }

    /// <summary>Runs until the instant comes; what was begun then is abandoned, as far as one process can.</summary>
    private async Task DieAsync(MemoryBroker broker, SendInstant when)
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource died = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Outbox outbox = NewOutbox(await RecordDatabase.OpenAsync(Record, CancellationToken.None));
        Task running = outbox.RunAsync(
            _ => Task.FromResult<IOutlet>(new MortalOutlet(broker.Open(), async (reached, at, cancel) =>
            {
                if (reached != when.Stage || at != when.At)
                {
                    return;
                }

                died.TrySetResult();
                if (reached is SendStage.InPublish or SendStage.InCommit)
                {
                    await stop.CancelAsync(); // and what it is in goes on
                    return;
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            })),
            stop.Token);
        await died.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
    }

    private static Outbox NewOutbox(RecordDatabase database) =>
        new(new OutboxRecord(database), new OutboxAddress("lab-a", "bedside-box-01"), new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 9, 0, 0, TimeSpan.Zero)), _ => { });

    private static async Task CommitAsync(RecordDatabase database, Guid examination, List<OwedResult> results)
    {
        for (int i = 0; i < SendingDeaths.FreshResults; i++)
        {
            results.Add(await OwedRecord.CommitAsync(database, examination, results.Count + 1, SendingStation.Required));
        }
    }
}

/// <summary>Twelve deaths over the embedded broker.</summary>
public sealed class KilledSendingProcessTests(EmbeddedCourt court) : IClassFixture<EmbeddedCourt>
{
    [OutsideConsumerFact]
    public async Task At_twelve_instants_by_SIGKILL()
    {
        await SendingDeaths.KillProcessesAsync(court.Broker, court.Jury, 12);
    }
}

/// <summary>Fifty deaths over a mosquitto with Debian's defaults.</summary>
public sealed class KilledSendingOnMosquittoTests(MosquittoCourt court) : IClassFixture<MosquittoCourt>
{
    [JuryFact]
    [Trait("Category", "Long")]
    public async Task At_fifty_instants_by_SIGKILL()
    {
        await SendingDeaths.KillProcessesAsync(court.Broker, court.Jury, 50);
    }
}
