using System.Buffers;
using Vascular.Devices;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

using TapeRecord = Vascular.Devices.Record;

namespace Vascular.Simulators.Tests;

/// <summary>A simulated device and the monitor that reads it, on the virtual clock: what each writes the other hears.</summary>
/// <remarks>The two share no code, so that an agreement between them says something.</remarks>
internal sealed class WireRun
{
    private const long TickNs = 100_000_000;

    private readonly ISimulatedDevice device;
    private readonly IMonitor monitor;
    private readonly ArrayBufferWriter<byte> wire = new();
    private long nowNs;
    private long? wakeNs;

    public WireRun(ISimulatedDevice device, IMonitor monitor, bool connect = true)
    {
        (this.device, this.monitor) = (device, monitor);
        if (connect)
        {
            Connect();
        }
    }

    public static SimulatedPatient Patient() => new(ScenarioFile.Load("seed-2017-09").Truth, seed: 1);

    public List<Reading> Readings { get; } = [];

    public List<byte> Bytes { get; } = [];

    public List<byte> Sent { get; } = [];

    public List<Reading> Of(ReadingKind kind) => [.. Readings.Where(r => r.Kind == kind)];

    public void Connect()
    {
        device.Connected(nowNs);
        Fold(new TapeRecord(RecordKind.Open, nowNs, Text: "bench"));
    }

    public void Disconnect()
    {
        device.Disconnected(nowNs);
        Fold(new TapeRecord(RecordKind.Closed, nowNs));
    }

    public void Order(string text) => Fold(new TapeRecord(RecordKind.Order, nowNs, Text: text));

    public void Run(double seconds)
    {
        long untilNs = nowNs + Nanoseconds.FromSeconds(seconds);
        while (nowNs < untilNs)
        {
            long next = Math.Min(untilNs, Math.Min(nowNs + TickNs, Math.Max(nowNs, Math.Min(device.NextAtNs ?? long.MaxValue, wakeNs ?? long.MaxValue))));
            nowNs = next;
            if (wakeNs <= nowNs)
            {
                wakeNs = null;
                Fold(new TapeRecord(RecordKind.Wake, nowNs));
            }

            wire.ResetWrittenCount();
            device.Advance(nowNs, wire);
            if (wire.WrittenCount > 0)
            {
                Bytes.AddRange(wire.WrittenSpan);
                Fold(new TapeRecord(RecordKind.Bytes, nowNs, wire.WrittenMemory));
            }
        }
    }

    private void Fold(in TapeRecord record)
    {
        Step step = monitor.Next(record, Readings);
        wakeNs = step.WakeAtNs ?? wakeNs;
        if (!step.Send.IsEmpty)
        {
            Sent.AddRange(step.Send.Span);
            device.Receive(nowNs, step.Send.Span);
        }
    }
}
