using System.Buffers;
using System.Globalization;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>Runs one device at the speed of the system's clock over a real line.</summary>
/// <remarks>One loop on one thread of control: look at the line, let the device speak, wait some milliseconds. A stall of the machine delays bytes and loses none.
/// A line that a fault broke is hung up, and can be had again when the fault says.</remarks>
/// <param name="control">Called on every turn, with the time: may change what the device does.</param>
public sealed class PacedDevice(ISimulatedDevice device, IHostLine line, TimeProvider time, TextWriter? truth = null, Action<long, PacedDevice>? control = null)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(8);

    private readonly ArrayBufferWriter<byte> wire = new(256);
    private readonly byte[] heard = new byte[4096];
    private long brokenUntilNs;

    /// <summary>Bytes the host's side of the line took.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Bytes lost because the host did not read.</summary>
    public long BytesLost { get; private set; }

    /// <summary>A host is there.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Until cancelled.</summary>
    /// <param name="startedAt">Timestamp that is the device's 0, where several devices share a world; null: now.</param>
    /// <exception cref="IOException">The line itself broke.</exception>
    public async Task RunAsync(CancellationToken cancel, long? startedAt = null)
    {
        long started = startedAt ?? time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            Turn((long)time.GetElapsedTime(started).TotalNanoseconds);
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

    private void Turn(long nowNs)
    {
        control?.Invoke(nowNs, this);
        Speak(nowNs);
        if (IsConnected && !device.IsUp)
        {
            IsConnected = false;
            line.HangUp();
            brokenUntilNs = (device as WireFaults)?.Line.BackAtNs ?? nowNs;
        }

        if (nowNs < brokenUntilNs)
        {
            return;
        }

        int? read = line.Read(heard);
        if (read is null == IsConnected)
        {
            IsConnected = !IsConnected;
            if (IsConnected)
            {
                device.Connected(nowNs);
            }
            else
            {
                device.Disconnected(nowNs);
            }
        }

        if (read > 0)
        {
            device.Receive(nowNs, heard.AsSpan(0, read.Value));
        }
    }

    private void Speak(long nowNs)
    {
        while (device.NextAtNs is { } next && next <= nowNs)
        {
            wire.ResetWrittenCount();
            device.Advance(next, wire);
            if (!IsConnected || wire.WrittenCount == 0)
            {
                continue;
            }

            int written = line.Write(wire.WrittenSpan);
            BytesWritten += written;
            BytesLost += wire.WrittenCount - written;
            truth?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"at_s\":{Nanoseconds.ToSeconds(next):F6},\"bytes\":{BytesWritten},\"{device.TrueValueName}\":{device.TrueValue(next)?.ToString("F3", CultureInfo.InvariantCulture) ?? "null"}}}"));
        }
    }
}
