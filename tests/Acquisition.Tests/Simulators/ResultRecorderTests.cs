using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Publishing.Mqtt;
using Vascular.Simulators.Record;

namespace Vascular.Acquisition.Tests.Simulators;

/// <summary>From the outlet over a broker to the consumer's disk and back.</summary>
public sealed class ResultRecorderTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_result_is_stored_and_acknowledged_end_to_end()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await StoreAndAcknowledgeAsync(peer);
    }

    [MosquittoFact]
    public async Task A_result_is_stored_and_acknowledged_over_mosquitto_too()
    {
        await using MosquittoPeer peer = await MosquittoPeer.StartAsync();
        await StoreAndAcknowledgeAsync(peer);
    }

    [Fact]
    public async Task A_repeat_is_answered_duplicate_also_by_a_new_recorder_on_the_same_file()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        await using (Running first = await Running.StartAsync(Options(peer) with { Count = 1 }))
        {
            await outlet.PublishAsync(Result(1), CancellationToken.None);
            Assert.Equal((Id(1), "stored"), await answers.NextAsync());
            Assert.Equal(1, await first.Done);
        }

        await using Running second = await Running.StartAsync(Options(peer) with { Count = 1 });
        await outlet.PublishAsync(Result(1), CancellationToken.None);
        Assert.Equal((Id(1), "duplicate"), await answers.NextAsync());
        await outlet.PublishAsync(Result(2), CancellationToken.None);
        Assert.Equal((Id(2), "stored"), await answers.NextAsync());
        Assert.Equal(1, await second.Done);
        Assert.Equal(2, File.ReadAllLines(Options(peer).OutFile).Length);
    }

    [Fact]
    public async Task Over_MQTT_3_1_1_a_result_is_known_by_what_its_bundle_says()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await MqttOutlet.OpenAsync(peer.Options with { Version = MqttVersion.Mqtt311 }, CancellationToken.None);
        await using Acknowledgements answers = new(outlet);
        await using Running recorder = await Running.StartAsync(Options(peer) with { Mqtt311 = true, Fault = RecordFault.Parse("twice") });
        SessionReport report = SeedSession.Report() with { ResultVersion = 3 };
        Letter letter = Result(1) with { Body = SessionBundle.Bytes(report) };
        await outlet.PublishAsync(letter, CancellationToken.None);
        Assert.Equal((report.MessageId.ToString(), "stored"), await answers.NextAsync());
        Assert.Equal((report.MessageId.ToString(), "stored"), await answers.NextAsync());
        await outlet.PublishAsync(letter, CancellationToken.None);
        Assert.Equal((report.MessageId.ToString(), "duplicate"), await answers.NextAsync());
        using JsonDocument line = JsonDocument.Parse(Assert.Single(ReadLines(Options(peer).OutFile)));
        Assert.Equal(("//lab-a/bedside-box-01", 3), (line.RootElement.GetProperty("source").GetString(), line.RootElement.GetProperty("resultversion").GetInt32()));
        Assert.Equal(report.Examination.ToString(), line.RootElement.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_message_that_is_no_bundle_is_rejected_and_not_stored()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        await using Running recorder = await Running.StartAsync(Options(peer));
        await outlet.PublishAsync(Result(1) with { Body = "no bundle"u8.ToArray() }, CancellationToken.None);
        Assert.Equal((Id(1), "rejected"), await answers.NextAsync());
        await recorder.StopAsync();
        Assert.Empty(File.ReadAllText(Options(peer).OutFile));
    }

    [Fact]
    public async Task A_stop_is_clean_and_nothing_of_a_patient_was_printed()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        await using Running recorder = await Running.StartAsync(Options(peer));
        await outlet.PublishAsync(Result(1), CancellationToken.None);
        await answers.NextAsync();
        Assert.Equal(1, await recorder.StopAsync());
        Assert.Contains("stored vascular/v1/lab-a/bedside-box-01/result/session id " + Id(1), recorder.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", recorder.Said, StringComparison.Ordinal);
        Assert.Contains("SECRET", File.ReadAllText(Options(peer).OutFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorder_that_was_away_gets_what_it_missed()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        await using (Running first = await Running.StartAsync(Options(peer)))
        {
            await first.StopAsync();
        }

        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(Result(1), CancellationToken.None));
        await using Running second = await Running.StartAsync(Options(peer) with { Count = 1 });
        Assert.Equal((Id(1), "stored"), await answers.NextAsync());
        Assert.Equal(1, await second.Done);
    }

    [Fact]
    public async Task Without_a_broker_it_gives_up_after_the_wait()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        RecordOptions options = Options(peer) with { Wait = TimeSpan.Zero };
        await peer.KillAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => new ResultRecorder(options, TimeProvider.System, TextWriter.Null).RunAsync(CancellationToken.None)).WaitAsync(Deadline);
    }

    [MosquittoSubFact]
    public async Task A_subscriber_written_by_others_sees_the_same_message()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        StationCertificate bridge = peer.Keys.Client("ehr-bridge");
        using Process sub = Start("/usr/bin/mosquitto_sub",
            "-V", "5", "-h", "localhost", "-p", $"{peer.Port}", "--cafile", bridge.AuthorityFile, "--cert", bridge.CertificateFile, "--key", bridge.KeyFile,
            "-i", "ehr-bridge.sub", "-q", "1", "-t", "vascular/v1/+/+/result/+", "-C", "1", "-W", "20", "-F", "%t %P %p");
        while (await outlet.PublishAsync(Result(1), CancellationToken.None) != Receipt.Stored)
        {
            Assert.False(sub.HasExited);   // not subscribed yet: the same result once more
        }

        string seen = await sub.StandardOutput.ReadToEndAsync().WaitAsync(Deadline);
        Assert.Contains("vascular/v1/lab-a/bedside-box-01/result/session", seen, StringComparison.Ordinal);
        Assert.Contains("id:" + Id(1), seen, StringComparison.Ordinal);
        Assert.EndsWith(Encoding.UTF8.GetString(Result(1).Body.Span), seen.TrimEnd(), StringComparison.Ordinal);
    }

    [OutsideConsumerFact]
    public async Task The_outside_consumer_takes_the_stream_without_complaint()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        StationCertificate bridge = peer.Keys.Client("ehr-bridge");
        using Process consumer = Start("/usr/bin/node",
            OutsideConsumerFactAttribute.Script!, $"mqtts://localhost:{peer.Port}", "3",
            "--ca", bridge.AuthorityFile, "--cert", bridge.CertificateFile, "--key", bridge.KeyFile);
        while (await outlet.PublishAsync(Result(1), CancellationToken.None) != Receipt.Stored)
        {
            Assert.False(consumer.HasExited);
        }

        await outlet.PublishAsync(Result(2), CancellationToken.None);
        await outlet.PublishAsync(Result(2), CancellationToken.None);
        string said = await consumer.StandardOutput.ReadToEndAsync().WaitAsync(Deadline);
        await consumer.WaitForExitAsync().WaitAsync(Deadline);
        Assert.True(consumer.ExitCode == 0, said);
        Assert.Equal([(Id(1), "stored"), (Id(2), "stored"), (Id(2), "duplicate")], [await answers.NextAsync(), await answers.NextAsync(), await answers.NextAsync()]);
    }

    private static async Task StoreAndAcknowledgeAsync(MqttPeer peer)
    {
        await using IOutlet outlet = await peer.OpenAsync();
        await using Acknowledgements answers = new(outlet);
        await using Running recorder = await Running.StartAsync(Options(peer) with { Count = 2 });
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(Result(2), CancellationToken.None));
        Assert.Equal((Id(2), "stored"), await answers.NextAsync());
        using (JsonDocument line = JsonDocument.Parse(ReadLines(Options(peer).OutFile)[0]))
        {
            Assert.Equal(Id(2), line.RootElement.GetProperty("id").GetString());
        }

        await outlet.PublishAsync(Result(1), CancellationToken.None);
        Assert.Equal((Id(1), "stored"), await answers.NextAsync());
        Assert.Equal(2, await recorder.Done);
        Assert.Contains("(older than held)", recorder.Said, StringComparison.Ordinal);
    }

    private static string[] ReadLines(string path)
    {
        using StreamReader shared = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return shared.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Id(int number) => $"00000000-0000-4000-8000-{number:D12}";

    private static Letter Result(int number) => new(
        "vascular/v1/lab-a/bedside-box-01/result/session",
        Encoding.UTF8.GetBytes($$$"""{"resourceType":"Bundle","type":"message","identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:{{{Id(number)}}}"},"timestamp":"2017-09-30T15:00:00Z","entry":[{"resource":{"resourceType":"Patient","id":"SECRET"}},{}]}"""),
        "application/fhir+json",
        [
            ("specversion", "1.0"), ("id", Id(number)), ("source", "//lab-a/bedside-box-01"), ("type", "vascular.result.session.v1"),
            ("time", "2017-09-30T15:00:00Z"), ("sequence", $"{number:D20}"), ("subject", "018f0000-0000-7000-8000-000000000001"), ("resultversion", $"{number}"),
        ],
        Expires: null,
        Retain: false,
        Qos: 1);

    private static RecordOptions Options(MqttPeer peer)
    {
        StationCertificate bridge = peer.Keys.Client("ehr-bridge");
        return new RecordOptions
        {
            Broker = new Uri($"mqtts://localhost:{peer.Port}"),
            AuthorityFile = bridge.AuthorityFile,
            CertificateFile = bridge.CertificateFile,
            KeyFile = bridge.KeyFile,
            OutFile = Path.Combine(peer.Keys.Root, "results.jsonl"),
        };
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(OutsideConsumerFactAttribute.Script) ?? "/" })!;

    /// <summary>What comes back to the station, read the way the outbox reads it.</summary>
    private sealed class Acknowledgements(IOutlet outlet) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<Letter> letters = outlet.ReceiveAsync(CancellationToken.None).GetAsyncEnumerator();

        public async Task<(string Id, string Status)> NextAsync()
        {
            Assert.True(await letters.MoveNextAsync().AsTask().WaitAsync(Deadline));
            Assert.Equal("vascular/v1/lab-a/bedside-box-01/ack/ehr-bridge", letters.Current.Topic);
            using JsonDocument body = JsonDocument.Parse(letters.Current.Body);
            Assert.True(body.RootElement.GetProperty("time").TryGetDateTimeOffset(out _));
            return (body.RootElement.GetProperty("id").GetString()!, body.RootElement.GetProperty("status").GetString()!);
        }

        public ValueTask DisposeAsync() => letters.DisposeAsync();
    }

    /// <summary>A recorder at work, known to have subscribed.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Listening said = new();

        private Running(RecordOptions options) => Done = new ResultRecorder(options, TimeProvider.System, said).RunAsync(stop.Token).WaitAsync(Deadline);

        public Task<int> Done { get; }

        public string Said => said.ToString();

        public static async Task<Running> StartAsync(RecordOptions options)
        {
            Running running = new(options);
            await (await Task.WhenAny(running.said.Begun, running.Done)).WaitAsync(Deadline);
            return running;
        }

        public async Task<int> StopAsync()
        {
            await stop.CancelAsync();
            return await Done;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            stop.Dispose();
            await said.DisposeAsync();
        }
    }

    private sealed class Listening : StringWriter
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => begun.Task;

        public override Task WriteLineAsync(string? value)
        {
            lock (this)
            {
                WriteLine(value);
            }

            if (value?.StartsWith("listening", StringComparison.Ordinal) == true)
            {
                begun.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>Needs mosquitto-clients.</summary>
public sealed class MosquittoSubFactAttribute : FactAttribute
{
    public MosquittoSubFactAttribute() => Skip = File.Exists("/usr/bin/mosquitto_sub") ? null : "mosquitto_sub is not installed (apt-get install mosquitto-clients)";
}

/// <summary>As <see cref="OutsideConsumerFactAttribute"/>, for several rows: without the judge they are skipped and counted so, never passed.</summary>
public sealed class OutsideConsumerTheoryAttribute : TheoryAttribute
{
    public OutsideConsumerTheoryAttribute() => Skip = OutsideConsumerFactAttribute.Lacking;
}

/// <summary>Needs the outside consumer of tests/outside with its node modules.</summary>
public sealed class OutsideConsumerFactAttribute : FactAttribute
{
    public OutsideConsumerFactAttribute() => Skip = Lacking;

    /// <summary>What the judge lacks on this machine; null when it can judge.</summary>
    public static string? Lacking => !File.Exists("/usr/bin/node") ? "node is not installed (apt-get install nodejs)"
        : Script is null ? "tests/outside/node_modules is not there (npm install in tests/outside)" : null;

    /// <summary>The script, or null when it or its modules are not there.</summary>
    public static string? Script
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string outside = Path.Combine(folder.FullName, "tests", "outside");
                if (File.Exists(Path.Combine(outside, "consume-results.mjs")))
                {
                    return Directory.Exists(Path.Combine(outside, "node_modules", "mqtt")) ? Path.Combine(outside, "consume-results.mjs") : null;
                }
            }

            return null;
        }
    }
}
