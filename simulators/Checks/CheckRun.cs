using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Checks;

/// <summary>Runs one check over a real line, at the speed of the system's clock.</summary>
public sealed class CheckRun(ProtocolCheck check, IHostLine line, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    private readonly byte[] heard = new byte[4096];
    private bool winding;

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
        Begin(first.Value);
        for (long nowNs = 0; nowNs < (long)length.TotalNanoseconds && Turn(nowNs, (long)length.TotalNanoseconds); nowNs = (long)time.GetElapsedTime(started).TotalNanoseconds)
        {
            await Task.Delay(Look, time, cancel);
        }

        check.End((long)time.GetElapsedTime(started).TotalNanoseconds);
        return true;
    }

    /// <summary>The other side is there.</summary>
    /// <param name="first">Bytes it has said already.</param>
    internal void Begin(int first)
    {
        check.Begin();
        check.Hear(0, heard.AsSpan(0, first));
    }

    /// <summary>Hears what came, and says what is due.</summary>
    /// <returns>False when the line broke.</returns>
    internal bool Turn(long nowNs, long endNs)
    {
        if (line.Read(heard) is not { } read)
        {
            return false;
        }

        if (read > 0)
        {
            check.Hear(nowNs, heard.AsSpan(0, read));
        }

        if (!winding && nowNs >= endNs - Nanoseconds.FromSeconds(check.WindUpSeconds))
        {
            winding = true;
            check.WindUp(nowNs);
        }

        check.Wake(nowNs);
        while (check.NextToSend() is { } said)
        {
            line.Write(said);
        }

        return true;
    }
}
