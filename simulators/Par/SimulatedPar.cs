using System.Buffers;
using System.Text;
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
    private readonly StringBuilder heard = new(LongestCommand);
    private ParMeasurement? measurement;
    private ParModuleState state = ParModuleState.Idle;
    private ParModuleStatus last = new() { State = ParModuleState.Idle };
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
    public bool IsMeasuring => state == ParModuleState.Measuring;

    public long? NextAtNs => Earliest(output.NextAtNs, Earliest(nextLineAtNs, measurement?.NextAtNs));

    /// <summary>The module is switched on with the first host: it says its status once by itself.</summary>
    public void Connected(long atNs)
    {
        IsUp = true;
        if (!poweredUp)
        {
            poweredUp = true;
            output.Write(atNs, ParWire.Status(last));
        }
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        output.Clear();
        heard.Clear();
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        Work(atNs);
        if (heard.Length + bytes.Length > LongestCommand)
        {
            heard.Clear(); // a host that talks without end is not listened to: what it said so far is lost
        }

        heard.Append(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, LongestCommand)]));
        while (true)
        {
            int? command = ParWire.ReadCommand(heard.ToString(), out int used);
            heard.Remove(0, used);
            if (command is not { } told)
            {
                return;
            }

            Obey(atNs, told);
        }
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        Work(atNs);
        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => cuff.PressureAt(atNs);

    private void Obey(long atNs, int command)
    {
        switch (command)
        {
            case 18:
                output.Write(atNs, ParWire.Status(last with { State = state, Neonatal = neonatal }));
                break;
            case 24 or 25 when state == ParModuleState.Idle:
                neonatal = command == 25;
                startMmHg = neonatal ? 100 : 160;
                break;
            case >= 19 and <= 23 when state == ParModuleState.Idle:
                startMmHg = 100 + (20 * (command - 19));
                break;
            case 14 when state == ParModuleState.Idle:
                Enter(ParModuleState.Manometer, atNs);
                break;
            case 1 when state != ParModuleState.Measuring:
                Enter(ParModuleState.Measuring, atNs);
                last = new ParModuleStatus { State = ParModuleState.Measuring };
                measurement = new ParMeasurement(patient, cuff, atNs, startMmHg);
                break;
            case ParWire.Abort when state != ParModuleState.Idle:
                cuff.Dump(atNs);
                End(atNs, state == ParModuleState.Measuring ? new ParModuleStatus { State = ParModuleState.Idle, Message = MessageInterrupted } : last);
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
                output.Write(next, ParWire.Pressure(Pressure.FromMmHg(cuff.PressureAt(next)).Printed, state));
            }
            else if (measurement!.Next(next) is { } outcome)
            {
                End(next, outcome);
            }
        }
    }

    private void Enter(ParModuleState entered, long atNs)
    {
        state = entered;
        nextLineAtNs ??= atNs + LineNs;
    }

    private void End(long atNs, ParModuleStatus outcome)
    {
        (last, state, measurement, nextLineAtNs) = (outcome, ParModuleState.Idle, null, null);
        output.Write(atNs, ParWire.End());
    }

    private static long? Earliest(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
