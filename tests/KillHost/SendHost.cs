using System.Globalization;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.KillHost;

/// <summary>A station that only delivers what its record owes, over a real line, until it is killed.</summary>
public static class SendHost
{
    private const string Gateway = "bedside-box-01";

    /// <param name="arguments">RECORD PORT KEYS STAGE AT PART.</param>
    /// <returns>2 for wrong arguments; it returns in no other way.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<TimeSpan, Task> die)
    {
        if (arguments.Count != 6 || !Enum.TryParse(arguments[3], out SendStage stage))
        {
            Console.Error.WriteLine($"error: six arguments are needed, behind 'send', give RECORD PORT KEYS STAGE AT PART with STAGE one of {string.Join(", ", Enum.GetNames<SendStage>())}");
            return 2;
        }

        string keys = arguments[2];
        var when = new SendInstant(stage, int.Parse(arguments[4], CultureInfo.InvariantCulture), double.Parse(arguments[5], CultureInfo.InvariantCulture));
        MqttOutletOptions options = new()
        {
            Host = "localhost",
            Port = int.Parse(arguments[1], CultureInfo.InvariantCulture),
            Site = "lab-a",
            Gateway = Gateway,
            BootId = new Guid("11111111-2222-4333-8444-555555555555"),
            AuthorityFile = Path.Combine(keys, "ca.crt"),
            Certificate = new StationCertificate(Gateway, Path.Combine(keys, "ca.crt"), Path.Combine(keys, Gateway + ".crt"), Path.Combine(keys, Gateway + ".key")),
            Time = TimeProvider.System,
        };
        Outbox outbox = new(
            new OutboxRecord(await RecordDatabase.OpenAsync(arguments[0], CancellationToken.None)),
            new OutboxAddress(options.Site, options.Gateway),
            TimeProvider.System,
            static _ => { });
        await outbox.RunAsync(
            async cancel => new MortalOutlet(await MqttOutlet.OpenAsync(options, cancel), (reached, at, _) =>
                reached != when.Stage || at != when.At ? Task.CompletedTask
                : die(reached is SendStage.InPublish or SendStage.InCommit ? when.Part * SendInstant.LongestInside : TimeSpan.Zero)),
            CancellationToken.None);
        return 0;
    }
}
