using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>One bundle that a station must deliver.</summary>
public sealed record OwedResult(Guid Id, int Version, JsonNode Bundle);

/// <summary>A station with a record of its own that does nothing but deliver: outbox, news and MQTT outlet as the service runs them, on a quick clock.</summary>
public sealed class SendingStation : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    public static readonly IReadOnlyList<string> Required = ["ehr-bridge", "archive"];

    private readonly string folder;
    private readonly ConcurrentQueue<OutboxEvent> happened = new();
    private readonly SemaphoreSlim more = new(0);
    private readonly Func<MqttOutletOptions> options;
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    private SendingStation(string folder, RecordDatabase database, Guid examination, Func<MqttOutletOptions> options)
    {
        (this.folder, Database, Examination, this.options) = (folder, database, examination, options);
        Record = new OutboxRecord(database);
    }

    public Guid Examination { get; }

    public RecordDatabase Database { get; }

    public string File => Path.Combine(folder, "record.db");

    public OutboxRecord Record { get; }

    public Outbox? Outbox { get; private set; }

    /// <summary>Everything committed so far.</summary>
    public List<OwedResult> Results { get; } = [];

    /// <summary>What the station noticed so far.</summary>
    public IReadOnlyCollection<OutboxEvent> Happened => happened;

    /// <param name="number">Tells the examinations of one test class apart.</param>
    /// <param name="options">Read at each opening of the line; the clock in it is the station's.</param>
    public static async Task<SendingStation> OpenAsync(int number, Func<MqttOutletOptions> options)
    {
        string folder = Directory.CreateTempSubdirectory("sending-").FullName;
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(folder, "record.db"), CancellationToken.None);
        SendingStation station = new(folder, database, Identifiers.Version5(SeedSession.Examination, $"sending/{number}"), options);
        await OwedRecord.OpenAsync(database, station.Examination);
        return station;
    }

    /// <summary>Commits further versions of the session's bundle: from here on they are sent, whatever happens.</summary>
    public async Task CommitAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Results.Add(await OwedRecord.CommitAsync(Database, Examination, Results.Count + 1, Required));
        }

        Outbox?.Wake();
    }

    /// <summary>Begins to deliver.</summary>
    public void Start()
    {
        MqttOutletOptions now = options();
        OutboxAddress address = new(now.Site, now.Gateway);
        StationNews news = new(address, now.BootId, "0.0.0-test", now.Time);
        Outbox = new Outbox(Record, address, now.Time, Notice, news);
        running = Outbox.RunAsync(cancel => MqttOutlet.OpenAsync(options(), cancel), stop.Token);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        stop.Dispose();
        stop = new CancellationTokenSource();
    }

    /// <summary>Waits until something was noticed so often since the mark.</summary>
    public async Task SeeAsync(OutboxEventKind kind, int times = 1, int since = 0)
    {
        using CancellationTokenSource limit = new(Patience);
        while (happened.Skip(since).Count(e => e.Kind == kind) < times)
        {
            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"no {kind} (x{times}) in: {string.Join(" | ", happened.Skip(since))}");
            }
        }
    }

    /// <summary>Where every result stands.</summary>
    public Task<IReadOnlyList<OutboxStatus>> StatusAsync() => Record.StatusAsync(Examination, CancellationToken.None);

    /// <summary>What the results table says: the same of every result, else each.</summary>
    public async Task<string> TableAsync() => string.Join(" / ", (await StatusAsync()).Select(row => ResultsTable.Delivery([row])).Distinct());

    /// <summary>Waits until nothing is owed.</summary>
    public async Task SettleAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        IReadOnlyList<OutboxStatus> rows;
        try
        {
            rows = await Outbox!.WaitUntilSettledAsync(Examination, TimeSpan.FromHours(10), limit.Token);
        }
        catch (OperationCanceledException)
        {
            rows = await StatusAsync();
        }

        Assert.True(rows.Count == Results.Count && rows.All(r => r.State != OutboxState.Owed), await TableAsync() + "\n" + string.Join('\n', happened));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        more.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private void Notice(OutboxEvent what)
    {
        happened.Enqueue(what);
        more.Release();
    }
}
