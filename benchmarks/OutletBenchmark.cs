using System.Diagnostics;
using MQTTnet;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Benchmarks;

/// <summary>Owed results through the whole outlet until the last is acknowledged in the record, beside the same messages from a bare client and from <c>mosquitto_pub</c>.</summary>
internal static class OutletBenchmark
{
    private const int Results = 2000;
    private const int Drained = 10_000;
    private const int Rounds = 3;

    /// <summary>Three rounds of 2000, medians.</summary>
    public static void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    /// <summary>What a station owes after a long time away: 10,000 results.</summary>
    public static void Drain(TextWriter output) => DrainAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        await using MqttStand stand = await MqttStand.StartAsync();
        output.WriteLine($"{Results} results of {stand.Body.Length} bytes over TLS, QoS 1, {Rounds} rounds, medians; {MqttStand.Load()}");
        List<double> outlet = [], bare = [], pub = [];
        for (int round = 0; round < Rounds; round++)
        {
            await stand.OweAsync(Results);
            outlet.Add(Results / (await SettleAsync(stand, Results)).TotalSeconds);
            bare.Add(Results / (await BareAsync(stand, Results)).TotalSeconds);
            if (await MosquittoAsync(stand, Results) is { } took)
            {
                pub.Add(Results / took.TotalSeconds);
            }
        }

        output.WriteLine($"  outlet, to the acknowledgement  {Median(outlet),8:F0} /s");
        output.WriteLine($"  bare publish loop               {Median(bare),8:F0} /s   outlet / bare {Median(outlet) / Median(bare):F2}");
        output.WriteLine(pub.Count == 0
            ? "  mosquitto_pub -l -q 1           not installed (apt-get install mosquitto-clients)"
            : $"  mosquitto_pub -l -q 1           {Median(pub),8:F0} /s   outlet / mosquitto_pub {Median(outlet) / Median(pub):F2}");
    }

    private static async Task DrainAsync(TextWriter output)
    {
        await using MqttStand stand = await MqttStand.StartAsync();
        await stand.OweAsync(Drained);
        output.WriteLine($"{Drained} owed results of {stand.Body.Length} bytes over TLS; {MqttStand.Load()}");
        double bare = Results / (await BareAsync(stand, Results)).TotalSeconds;
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        using Timer look = new(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        TimeSpan took = await SettleAsync(stand, Drained);
        using Process self = Process.GetCurrentProcess();
        output.WriteLine($"  drain              {Drained / took.TotalSeconds,8:F0} /s   in {took.TotalSeconds:F1} s");
        output.WriteLine($"  bare publish loop  {bare,8:F0} /s   drain / bare {Drained / took.TotalSeconds / bare:F2}");
        output.WriteLine($"  managed memory     {before / 1e6:F0} MB before, at most {most / 1e6:F0} MB (broker and consumer are in it); resident at most {self.PeakWorkingSet64 / 1e6:F0} MB");
    }

    /// <summary>From opening the line to the last acknowledgement written down.</summary>
    private static async Task<TimeSpan> SettleAsync(MqttStand stand, int count)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = count;
        Outbox outbox = new(stand.Outbox, new OutboxAddress(MqttStand.Site, MqttStand.Gateway), TimeProvider.System, happened =>
        {
            if (happened.Kind == OutboxEventKind.Acknowledged && Interlocked.Decrement(ref left) == 0)
            {
                done.TrySetResult();
            }
        }, new StationNews(new OutboxAddress(MqttStand.Site, MqttStand.Gateway), stand.Seed.Examination, "0", TimeProvider.System));
        using CancellationTokenSource stop = new();
        long began = TimeProvider.System.GetTimestamp();
        Task running = outbox.RunAsync(cancel => MqttOutlet.OpenAsync(stand.Outlet(), cancel), stop.Token);
        await done.Task;
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        await stop.CancelAsync();
        await running;
        return took;
    }

    private static async Task<TimeSpan> BareAsync(MqttStand stand, int count)
    {
        using IMqttClient bare = await stand.BareAsync("bare");
        long began = TimeProvider.System.GetTimestamp();
        for (int n = 0; n < count; n++)
        {
            await bare.PublishAsync(stand.Bare(stand.Id($"bare/{n}")));
        }

        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>The bundle is one line of JSON, so each line is one message; its start and its TLS handshake count.</summary>
    private static async Task<TimeSpan?> MosquittoAsync(MqttStand stand, int count)
    {
        const string Program = "/usr/bin/mosquitto_pub";
        if (!File.Exists(Program))
        {
            return null;
        }

        StationCertificate gateway = stand.Certificate(MqttStand.Gateway);
        long began = TimeProvider.System.GetTimestamp();
        using Process pub = Process.Start(new ProcessStartInfo(
            Program,
            ["-V", "5", "-h", "localhost", "-p", $"{stand.Port}", "--cafile", gateway.AuthorityFile, "--cert", gateway.CertificateFile, "--key", gateway.KeyFile, "-i", MqttStand.Gateway + ".pub", "-q", "1", "-l", "-t", $"vascular/v1/{MqttStand.Site}/{MqttStand.Gateway}/result/session"])
        { RedirectStandardInput = true })!;
        for (int n = 0; n < count; n++)
        {
            await pub.StandardInput.BaseStream.WriteAsync(stand.Body);
            await pub.StandardInput.BaseStream.WriteAsync("\n"u8.ToArray());
        }

        pub.StandardInput.Close();
        await pub.WaitForExitAsync();
        return pub.ExitCode == 0 ? TimeProvider.System.GetElapsedTime(began) : throw new InvalidOperationException($"mosquitto_pub ended with {pub.ExitCode}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
