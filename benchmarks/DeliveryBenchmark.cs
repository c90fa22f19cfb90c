using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Protocol;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;
using Vascular.Processing.Vocabulary;

namespace Vascular.Benchmarks;

/// <summary>From the commit of a result to the consumer's acknowledgement in the record, one at a time, beside the same message sent and answered by bare clients.</summary>
internal static class DeliveryBenchmark
{
    private const int Results = 300;
    private const int Warm = 30;

    public static void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        await using MqttStand stand = await MqttStand.StartAsync();
        output.WriteLine($"{Results} results of {stand.Body.Length} bytes over TLS, one at a time; {MqttStand.Load()}");
        double[] bare = await BareAsync(stand);
        (double[] commits, double[] whole) = await ServiceAsync(stand);
        output.WriteLine($"  commit alone               p50 {At(commits, 50),8:F2} ms  p99 {At(commits, 99),8:F2} ms");
        output.WriteLine($"  commit to acknowledgement  p50 {At(whole, 50),8:F2} ms  p99 {At(whole, 99),8:F2} ms");
        output.WriteLine($"  bare message and answer    p50 {At(bare, 50),8:F2} ms  p99 {At(bare, 99),8:F2} ms");
        output.WriteLine($"  service / bare             p50 {At(whole, 50) / At(bare, 50),8:F1}     p99 {At(whole, 99) / At(bare, 99),8:F1}   (the service syncs the disk three times: commit, receipt, acknowledgement)");
    }

    private static async Task<double[]> BareAsync(MqttStand stand)
    {
        using IMqttClient bare = await stand.BareAsync("bare");
        using SemaphoreSlim answered = new(0);
        bare.ApplicationMessageReceivedAsync += _ =>
        {
            answered.Release();
            return Task.CompletedTask;
        };
        await bare.SubscribeAsync($"vascular/v1/{MqttStand.Site}/{MqttStand.Gateway}/ack/+", MqttQualityOfServiceLevel.AtLeastOnce);
        List<double> times = [];
        for (int n = 0; n < Results + Warm; n++)
        {
            long began = TimeProvider.System.GetTimestamp();
            await bare.PublishAsync(stand.Bare(stand.Id($"bare/{n}")));
            await answered.WaitAsync();
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        return [.. times.Skip(Warm)];
    }

    private static async Task<(double[] Commits, double[] Whole)> ServiceAsync(MqttStand stand)
    {
        ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();
        Outbox outbox = new(stand.Outbox, new OutboxAddress(MqttStand.Site, MqttStand.Gateway), TimeProvider.System, happened =>
        {
            if (happened is { Kind: OutboxEventKind.Acknowledged, MessageId: { } id })
            {
                waiting[id].TrySetResult();
            }
        });
        using CancellationTokenSource stop = new();
        Task running = outbox.RunAsync(cancel => MqttOutlet.OpenAsync(stand.Outlet(), cancel), stop.Token);
        ExaminationRecord examinations = new(stand.Database);
        List<double> commits = [];
        List<double> whole = [];
        for (int n = 0; n < Results + Warm; n++)
        {
            SessionReport report = stand.Seed with { Examination = stand.Id($"delivery/{n}"), MessageId = stand.Id($"delivery-message/{n}") };
            await examinations.OpenAsync(new ExaminationOpening(report.Examination, 1, report.Site, report.Gateway, report.Patient, true), "benchmark", default);
            Finding[] findings = [.. report.Findings.Select(f => f.Finding)];
            await examinations.CommitAcceptanceAsync(new Acceptance(report.Examination, 1, "accept", "benchmark", 1, findings, []), default);
            TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[report.MessageId] = acknowledged;
            long began = TimeProvider.System.GetTimestamp();
            await stand.Outbox.CommitSendAsync([report], [MqttStand.Consumer], "benchmark", 2, default);
            commits.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            outbox.Wake();
            await acknowledged.Task;
            whole.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        await stop.CancelAsync();
        await running;
        return ([.. commits.Skip(Warm)], [.. whole.Skip(Warm)]);
    }

    private static double At(double[] times, int percent) => times.Order().ElementAt((times.Length - 1) * percent / 100);
}
