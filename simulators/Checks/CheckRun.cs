using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Checks;

/// <summary>Runs one check over a real line, at the speed of the system's clock.</summary>
public sealed class CheckRun(ProtocolCheck check, IHostLine line, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    private readonly byte[] heard = new byte[4096];

    /// <summary>For so long; shorter when the line breaks.</summary>
    /// <param name="patience">How long to wait for the other side.</param>
    /// <returns>False when nobody was there.</returns>
    public async Task<bool> RunAsync(TimeSpan length, TimeSpan patience, CancellationToken cancel)
    {
        long opened = time.GetTimestamp();
        int? first;
        while ((first = line.Read(heard)) is null)
        {
            if (time.GetElapsedTime(opened) > patience)
            {
                return false;
            }

            await Task.Delay(Look, time, cancel);
        }

        long started = time.GetTimestamp();
        long endNs = (long)length.TotalNanoseconds;
        long windUpNs = endNs - Nanoseconds.FromSeconds(check.WindUpSeconds);
        bool winding = false;
        check.Begin();
        check.Hear(0, heard.AsSpan(0, first.Value));
        for (long nowNs = 0; nowNs < endNs; nowNs = (long)time.GetElapsedTime(started).TotalNanoseconds)
        {
            if (line.Read(heard) is not { } read)
            {
                break;
            }

            if (read > 0)
            {
                check.Hear(nowNs, heard.AsSpan(0, read));
            }

            if (!winding && nowNs >= windUpNs)
            {
                winding = true;
                check.WindUp(nowNs);
            }

            check.Wake(nowNs);
            while (check.NextToSend() is { } said)
            {
                line.Write(said);
            }

            await Task.Delay(Look, time, cancel);
        }

        check.End((long)time.GetElapsedTime(started).TotalNanoseconds);
        return true;
    }
}
