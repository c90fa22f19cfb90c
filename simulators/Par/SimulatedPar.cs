using System.Buffers;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Par;

/// <summary>A cuff module of the PAR family: measures by itself when told to, and in manometer mode says what hands do to its cuff.</summary>
/// <remarks>Messages and flows: docs/devices/par-nibp.md. The pneumatic test (17) and the automatic cycle are not simulated: 17 and 03 are taken and nothing follows,
/// which is how a module answers most commands anyway.</remarks>
public sealed class SimulatedPar : ISimulatedDevice
{
    /// <summary>Pressure lines per second (assumed; no reachable source states it).</summary>
    public const int LinesPerSecond = 5;

    private const int BitsPerSecond = 4800;
    private const int LongestCommand = 64;
    private const long LineNs = Nanoseconds.PerSecond / LinesPerSecond;
    private const int MessageInterrupted = 5;

    private readonly SimulatedCuff cuff;
    private readonly SimulatedPatient patient;
    private readonly SerialOutput output;
    private readonly ArrayBufferWriter<byte> message = new(64);
    private readonly ArrayBufferWriter<byte> heard = new(LongestCommand);
    private ParMeasurement? measurement;
    private ParState state = ParState.Idle;
    private ParStatus last = new() { State = ParState.Idle };
    private bool neonatal;
    private bool poweredUp;
    private double startMmHg = 160;
    private long? nextLineAtNs;

    public SimulatedPar(string name, SimulatedPatient patient, SimulatedCuff cuff, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(cuff);
        (Name, this.patient, this.cuff) = (name, patient, cuff);
        output = new SerialOutput(BitsPerSecond, new SeededStream(seed, name + "/line"));
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public string TrueValueName => "cuff_mmHg";

    /// <summary>It measures by itself at this moment.</summary>
    public bool IsMeasuring => state == ParState.Measuring;

    public long? NextAtNs => Earliest(output.NextAtNs, Earliest(nextLineAtNs, measurement?.NextAtNs));

    /// <summary>The module is switched on with the first host: it says its status once by itself.</summary>
    public void Connected(long atNs)
    {
        IsUp = true;
        if (!poweredUp)
        {
            poweredUp = true;
            Say(atNs, ParFrame.OfStatus(last));
        }
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        output.Clear();
        heard.ResetWrittenCount();
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        Work(atNs);
        if (heard.WrittenCount + bytes.Length > LongestCommand)
        {
            heard.ResetWrittenCount(); // a host that talks without end is not listened to: what it said so far is lost
        }

        heard.Write(bytes[..Math.Min(bytes.Length, LongestCommand)]);
        ReadOnlySequence<byte> wire = new(heard.WrittenSpan.ToArray());
        while (true)
        {
            OperationStatus read = ParCodec.TryReadCommand(ref wire, out ParCommand command, out _);
            if (read == OperationStatus.NeedMoreData)
            {
                break;
            }

            if (read == OperationStatus.Done)
            {
                Obey(atNs, command);
            }
        }

        heard.ResetWrittenCount();
        heard.Write(wire.ToArray());
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        Work(atNs);
        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => cuff.PressureAt(atNs);

    private void Obey(long atNs, ParCommand command)
    {
        switch (command)
        {
            case ParCommand.Status:
                Say(atNs, ParFrame.OfStatus(last with { State = state, Neonatal = neonatal }));
                break;
            case ParCommand.Adult or ParCommand.Neonatal when state == ParState.Idle:
                neonatal = command == ParCommand.Neonatal;
                startMmHg = neonatal ? 100 : 160;
                break;
            case >= ParCommand.StartAt100 and <= ParCommand.StartAt180 when state == ParState.Idle:
                startMmHg = 100 + (20 * (command - ParCommand.StartAt100));
                break;
            case ParCommand.Manometer when state == ParState.Idle:
                Enter(ParState.Manometer, atNs);
                break;
            case ParCommand.Measure when state != ParState.Measuring:
                Enter(ParState.Measuring, atNs);
                last = new ParStatus { State = ParState.Measuring };
                measurement = new ParMeasurement(patient, cuff, atNs, startMmHg);
                break;
            case ParCommand.Abort when state != ParState.Idle:
                cuff.Dump(atNs);
                End(atNs, state == ParState.Measuring ? new ParStatus { State = ParState.Idle, Message = MessageInterrupted } : last);
                break;
        }
    }

    /// <summary>Lines and steps of the measurement, in the order of time.</summary>
    private void Work(long atNs)
    {
        while (Earliest(nextLineAtNs, measurement?.NextAtNs) is { } next && next <= atNs)
        {
            if (nextLineAtNs == next)
            {
                nextLineAtNs = next + LineNs;
                Say(next, ParFrame.CuffPressure(Pressure.FromMmHg(cuff.PressureAt(next)).Printed, state));
            }
            else if (measurement!.Next(next) is { } outcome)
            {
                End(next, outcome);
            }
        }
    }

    private void Enter(ParState entered, long atNs)
    {
        state = entered;
        nextLineAtNs ??= atNs + LineNs;
    }

    private void End(long atNs, ParStatus outcome)
    {
        (last, state, measurement, nextLineAtNs) = (outcome, ParState.Idle, null, null);
        Say(atNs, ParFrame.EndOfMeasurement);
    }

    private void Say(long atNs, in ParFrame frame)
    {
        message.ResetWrittenCount();
        ParCodec.Write(frame, message);
        output.Write(atNs, message.WrittenSpan);
    }

    private static long? Earliest(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
