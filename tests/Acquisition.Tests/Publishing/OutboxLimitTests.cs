using System.Collections.Concurrent;
using System.Text.Json;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Records;
using Vascular.Acquisition.Tests.Station;
using Vascular.Simulators.Record;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>Results larger than a message, on a real mosquitto that takes 65536 bytes.</summary>
public sealed class OutboxLimitTests
{
    private const int Limit = 1 << 16;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [MosquittoFact]
    public async Task Every_part_is_stored_and_acknowledged_alone()
    {
        await using Bench bench = await Bench.StartAsync(Limit);
        IReadOnlyList<OutboxStatus> rows = await bench.SendAsync(SeedSession.Long(2500, 2500, 2500, 9000));
        Assert.Equal(3, rows.Count);
        await bench.RunAsync(count: 3);
        IReadOnlyList<OutboxStatus> settled = await bench.Outbox.WaitUntilSettledAsync(SeedSession.Examination, Deadline, default);
        Assert.All(settled, r => Assert.Equal(OutboxState.Settled, r.State));
        Assert.DoesNotContain(bench.Happened, e => e.Kind is OutboxEventKind.TooLarge or OutboxEventKind.BrokerTakesLess or OutboxEventKind.LineLost);
        string[] lines = bench.Stored();
        Assert.Equal(["1/3", "2/3", "3/3"], lines.Select(l => Text(l, "part")).Order());
        Assert.Equal([rows[0].MessageId.ToString()], lines.Select(l => Text(l, "partof")).Distinct());
        using JsonDocument chart = JsonDocument.Parse(await File.ReadAllBytesAsync(bench.ChartFile));
        JsonElement examination = chart.RootElement.GetProperty("patients")[0].GetProperty("examinations")[0];
        Assert.True(examination.GetProperty("complete").GetBoolean());
        Assert.Equal(5, examination.GetProperty("observations").EnumerateArray().Count(o => o.GetProperty("samples").GetBoolean()));
    }

    [MosquittoFact]
    public async Task A_row_the_broker_is_too_small_for_stays_owed_says_why_and_stops_nothing()
    {
        await using Bench bench = await Bench.StartAsync(1 << 20);
        await bench.SendAsync(SeedSession.Long(2500, 2500, 2500, 9000)); // one message of more than 65536 bytes
        OutboxStatus small = (await bench.SendAsync(SeedSession.Report() with { ResultVersion = 2, MessageId = Guid.Parse("0190b6c8-aaaa-7abc-8def-0123456789ab") })).Single();
        await bench.RunAsync(count: 1);
        await bench.UntilAsync(e => e.Kind == OutboxEventKind.Acknowledged && e.MessageId == small.MessageId);
        Assert.Equal([OutboxState.Owed, OutboxState.Settled], (await bench.Record.Outbox.StatusAsync(SeedSession.Examination, default)).Select(r => r.State));
        OutboxEvent low = Assert.Single(bench.Happened, e => e.Kind == OutboxEventKind.BrokerTakesLess);
        Assert.Equal($"results may have 1048576 bytes a message, broker localhost:{bench.Peer.Port} takes 65536: set broker.largest_packet_bytes in station.json to that", low.Detail);
        OutboxEvent large = Assert.Single(bench.Happened, e => e.Kind == OutboxEventKind.TooLarge);
        Assert.Matches($"^message 1 \\(part 1 of 1\\) needs [0-9]+ bytes, broker localhost:{bench.Peer.Port} takes 65536: raise the broker's maximum packet size; it is owed until then$", large.Detail);
        Assert.Equal("packet-too-large", TechnicalEvent.Of(large)!.Code);
        Assert.DoesNotContain(bench.Happened, e => e.Kind == OutboxEventKind.LineLost);
        Assert.Single(bench.Happened, e => e.Kind == OutboxEventKind.LineOpened);
    }

    [OutsideFact]
    public async Task The_parts_are_as_the_asyncapi_document_says()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        SessionReport report = SeedSession.Long(2500, 2500, 2500, 9000);
        await record.AcceptAsync(1, report);
        List<string> lines = [];
        foreach (OutboxStatus status in await new OutboxRecord(record.Database, Limit).CommitSendAsync([report], [], "technician", 1, default))
        {
            OutboxRow row = await record.Outbox.RowAsync(status.Sequence, default);
            lines.Add(new Overheard(row.Topic, 1, false, 0, row.ContentType, SessionEnvelope.ReadProperties(row.Properties), null, [], System.Text.Encoding.UTF8.GetString(row.Body)).ToLine());
        }

        string file = Path.GetTempFileName();
        string document = Path.Combine(OutsideTools.Folder!, "..", "..", "docs", "asyncapi.yaml");
        await File.WriteAllLinesAsync(file, lines);
        Assert.Equal((0, "seen result 3\n"), await OutsideTools.RunAsync("check-messages.mjs", document, file));
        await File.WriteAllLinesAsync(file, lines.Select(l => l.Replace("\"part\":\"2/3\"", "\"part\":\"two\"", StringComparison.Ordinal)));
        Assert.Equal(1, (await OutsideTools.RunAsync("check-messages.mjs", document, file)).Exit);
        File.Delete(file);
    }

    private static string? Text(string line, string name)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty(name).GetString();
    }

    /// <summary>A station's outbox with results made under a limit of its own, the broker, and the consumer.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly ConcurrentQueue<OutboxEvent> happened = new();
        private readonly ChangeSignal changed = new();
        private Task running = Task.CompletedTask;
        private Task recording = Task.CompletedTask;
        private int act;

        private Bench(MosquittoPeer peer, TemporaryRecord record, int limit)
        {
            (Peer, Record, Committing) = (peer, record, new OutboxRecord(record.Database, limit));
            Outbox = new Outbox(Committing, new OutboxAddress("lab-a", "bedside-box-01"), TimeProvider.System, Note);
        }

        public MosquittoPeer Peer { get; }

        public TemporaryRecord Record { get; }

        public OutboxRecord Committing { get; }

        public Outbox Outbox { get; }

        public IReadOnlyCollection<OutboxEvent> Happened => happened;

        public string ChartFile => Path.Combine(Peer.Keys.Root, "chart", "chart.json");

        private string OutFile => Path.Combine(Peer.Keys.Root, "results.jsonl");

        public static async Task<Bench> StartAsync(int limit) => new(await MosquittoPeer.StartAsync(peer =>
            peer.WriteConfiguration(shipped => shipped.Replace("max_packet_size 1048576", $"max_packet_size {Limit}", StringComparison.Ordinal))), await TemporaryRecord.OpenAsync(), limit);

        public async Task<IReadOnlyList<OutboxStatus>> SendAsync(SessionReport report)
        {
            await Record.AcceptAsync(++act, report);
            return await Committing.CommitSendAsync([report], ["ehr-bridge"], "technician", 1, default);
        }

        /// <summary>Starts the consumer, and the outbox when it has subscribed.</summary>
        public async Task RunAsync(int count)
        {
            StationCertificate bridge = Peer.Keys.Client("ehr-bridge");
            Subscribed said = new();
            recording = new ResultRecorder(
                new RecordOptions
                {
                    Broker = new Uri($"mqtts://localhost:{Peer.Port}"),
                    AuthorityFile = bridge.AuthorityFile,
                    CertificateFile = bridge.CertificateFile,
                    KeyFile = bridge.KeyFile,
                    OutFile = OutFile,
                    ChartFile = ChartFile,
                    Count = count,
                },
                TimeProvider.System,
                said).RunAsync(stop.Token);
            await said.Begun.WaitAsync(Deadline);
            running = Outbox.RunAsync(cancel => MqttOutlet.OpenAsync(Peer.Options, cancel), stop.Token);
        }

        public async Task UntilAsync(Predicate<OutboxEvent> wanted)
        {
            using CancellationTokenSource limit = new(Deadline);
            while (true)
            {
                Task next = changed.Next();
                if (happened.Any(e => wanted(e)))
                {
                    return;
                }

                await next.WaitAsync(limit.Token);
            }
        }

        public string[] Stored() => File.ReadAllLines(OutFile);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Task.WhenAll(running, recording).WaitAsync(Deadline);
            await Record.DisposeAsync();
            await Peer.DisposeAsync();
            stop.Dispose();
        }

        private void Note(OutboxEvent what)
        {
            happened.Enqueue(what);
            changed.Raise();
        }
    }

    private sealed class Subscribed : StringWriter
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => begun.Task;

        public override Task WriteLineAsync(string? value)
        {
            if (value?.StartsWith("listening", StringComparison.Ordinal) == true)
            {
                begun.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
