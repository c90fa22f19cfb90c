using System.Diagnostics;
using System.Globalization;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing.Mqtt;
using Vascular.KillHost;
using Vascular.Simulators.Clock;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The deaths of a sending station: seeded instants, and processes that die at them.</summary>
internal static class SendingDeaths
{
    /// <summary>Results committed before each death, beside what the former left.</summary>
    public const int FreshResults = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Spread over every kind of instant.</summary>
    public static IReadOnlyList<SendInstant> Instants(int count)
    {
        var chance = new SeededStream(50, "sending");
        SendStage[] stages = Enum.GetValues<SendStage>();
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                SendStage stage = stages[i % stages.Length];
                int kinds = stage < SendStage.Received ? FreshResults : FreshResults * SendingStation.Required.Count;
                return new SendInstant(stage, 1 + (int)(kinds * chance.Unit()), chance.Unit());
            }),
        ];
    }

    /// <summary>Processes over a real broker, ended by SIGKILL: what one had buffered, sent or half committed is really gone.</summary>
    public static async Task KillProcessesAsync(MqttPeer broker, Jury jury, int count)
    {
        await using SendingStation station = await SendingStation.OpenAsync(count, () => broker.Options);
        broker.Keys.Client("bedside-box-01");
        foreach (SendInstant instant in Instants(count))
        {
            await station.CommitAsync(FreshResults);
            await KillAsync(station.File, broker, instant);
            await AssertNothingIsCalledDeliveredThatIsNotAsync(station, jury, instant);
        }

        Assert.Contains("owed to ", await station.TableAsync(), StringComparison.Ordinal);
        station.Start();
        await jury.AssertDeliveredAsync(station);
    }

    private static async Task AssertNothingIsCalledDeliveredThatIsNotAsync(SendingStation station, Jury jury, SendInstant instant)
    {
        IReadOnlyList<OutboxStatus> rows = await station.StatusAsync();
        ICollection<string> held = [.. jury.Recorder.Held().Keys];
        IReadOnlySet<string> taken = jury.Outside.Taken();
        foreach (OutboxStatus row in rows)
        {
            string id = row.MessageId.ToString();
            Assert.All(
                row.Consumers.Where(c => c.State != ConsumerState.Owed),
                c => Assert.True(c.Consumer == "archive" ? taken.Contains(id) : held.Contains(id), $"{instant}: {c.Consumer} has not got {row.Sequence}"));
        }
    }

    /// <summary>A process that sends until it dies at the instant.</summary>
    private static async Task KillAsync(string record, MqttPeer broker, SendInstant instant)
    {
        const int Killed = 128 + 9;
        using Process process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "killhost.dll"), "send", record, broker.Port.ToString(CultureInfo.InvariantCulture), broker.Keys.Folder,
                instant.Stage.ToString(), instant.At.ToString(CultureInfo.InvariantCulture), instant.Part.ToString("R", CultureInfo.InvariantCulture),
            ]))!;
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"{instant} never came");
        }

        Assert.Equal(Killed, process.ExitCode);
    }
}
