using System.Diagnostics;
using System.Globalization;
using Vascular.KillHost;

// killhost DATA KEYS STAGE AT PART: plays the seed examination and kills itself with SIGKILL at the instant named.
// killhost send RECORD PORT KEYS STAGE AT PART: delivers what the record owes and kills itself so.
// Prints each acceptance that was reported as done; exit 0 means that the instant never came.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length > 0 && args[0] == "send")
{
    return await SendHost.RunAsync(args[1..], after =>
    {
        // what was begun goes on while another thread counts down
        Thread dying = new(() => Die(after)) { IsBackground = true };
        dying.Start();
        if (after == TimeSpan.Zero)
        {
            dying.Join();
        }

        return Task.CompletedTask;
    });
}

if (args.Length != 5 || !Enum.TryParse(args[2], out KillStage stage))
{
    Console.Error.WriteLine($"error: five arguments are needed, in the command line, give DATA KEYS STAGE AT PART with STAGE one of {string.Join(", ", Enum.GetNames<KillStage>())}");
    return 2;
}

var when = new KillInstant(stage, int.Parse(args[3], CultureInfo.InvariantCulture), double.Parse(args[4], CultureInfo.InvariantCulture));
using SeedStation station = await SeedStation.OpenAsync(args[0], args[1]);
station.Play(
    new MortalCounts(),
    (reached, at, before) =>
    {
        if (reached != when.Stage || at != when.At)
        {
            return;
        }

        before(when.Part);
        if (reached is KillStage.InCommit or KillStage.InBundle)
        {
            // The commit goes on while the other thread counts down.
            new Thread(() => Die(when.Part * KillInstant.LongestCommit)) { IsBackground = true }.Start();
            return;
        }

        Die(TimeSpan.Zero);
    },
    promised => Console.Out.WriteLine($"{promised.Id:D} {promised.Version}"));
return 0;

static void Die(TimeSpan after)
{
    long since = TimeProvider.System.GetTimestamp();
    while (TimeProvider.System.GetElapsedTime(since) < after)
    {
        Thread.SpinWait(20);
    }

    using Process self = Process.GetCurrentProcess();
    self.Kill();
    Thread.CurrentThread.Join();
}
