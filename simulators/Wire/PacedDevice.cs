namespace Vascular.Simulators.Wire;

/// <summary>Runs one device at the speed of the system's clock over a real line.</summary>
/// <remarks>One loop on one thread of control: let the device speak, look at the line, wait some milliseconds. A stall of the machine delays bytes and loses none.</remarks>
/// <param name="control">Called on every turn, with the time: may change what the device does.</param>
public sealed class PacedDevice(ISimulatedDevice device, IHostLine line, TimeProvider time, TextWriter? truth = null, Action<long, DeviceEnd>? control = null)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(8);

    /// <summary>Until cancelled; the line stays open.</summary>
    /// <param name="startedAt">Timestamp that is the device's 0, where several devices share a world; null: now.</param>
    /// <exception cref="IOException">The line itself broke.</exception>
    public async Task RunAsync(CancellationToken cancel, long? startedAt = null)
    {
        DeviceEnd end = new(device, line, truth);
        long started = startedAt ?? time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            Turn(end, (long)time.GetElapsedTime(started).TotalNanoseconds);
            try
            {
                await Task.Delay(Look, time, cancel);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        truth?.Flush();
    }

    private void Turn(DeviceEnd end, long nowNs)
    {
        control?.Invoke(nowNs, end);
        while (end.NextAtNs is { } next && next <= nowNs)
        {
            end.Speak(next);
        }

        end.Look(nowNs);
    }
}
