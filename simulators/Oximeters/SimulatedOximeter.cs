using System.Buffers;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Oximeters;

/// <summary>An oximeter with its sensor on a toe. What it writes is its own, taken from the protocol page: nothing here is shared with the reader.</summary>
/// <remarks>Assumed where the documents are silent: pulses that stand out of the noise are noticed when they begin; without any for
/// <see cref="OutOfTrackSeconds"/> the device says so, and rates go missing after <see cref="HoldSeconds"/>.</remarks>
public abstract class SimulatedOximeter : ISimulatedDevice
{
    public const double OutOfTrackSeconds = 3;
    public const double HoldSeconds = 10;

    private const double MarkSeconds = 0.16;
    private const int Averaged = 4;

    private readonly SimulatedPatient patient;
    private readonly SerialOutput output;
    private readonly ArrayBufferWriter<byte> said = new(64);
    private readonly long[] lengthsNs = new long[Averaged];
    private readonly int perSecond;
    private long sample = -1;
    private long pulses;
    private long pulseAtNs = long.MinValue / 2;
    private long beat = -1;

    protected SimulatedOximeter(string name, SimulatedPatient patient, ulong seed, int samplesPerSecond, int bitsPerSecond)
    {
        ArgumentNullException.ThrowIfNull(patient);
        (Name, this.patient, perSecond) = (name, patient, samplesPerSecond);
        Pleth = new ToePleth(patient, 1.0 / samplesPerSecond, new SeededStream(seed, name + "/sensor"));
        output = new SerialOutput(bitsPerSecond, new SeededStream(seed, name + "/line"));
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public string TrueValueName => "pleth_above_foot_counts";

    /// <summary>The sensor.</summary>
    public ToePleth Pleth { get; }

    public long? NextAtNs => !IsUp ? null : output.NextAtNs is { } next ? Math.Min(next, SampleAtNs(sample)) : SampleAtNs(sample);

    /// <summary>When the host came.</summary>
    protected long ConnectedAtNs { get; private set; }

    public virtual void Connected(long atNs)
    {
        (IsUp, ConnectedAtNs) = (true, atNs);
        sample = Math.Max(sample, (atNs * perSecond / Nanoseconds.PerSecond) + 1);
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        output.Clear();
    }

    public virtual void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        if (!IsUp)
        {
            return;
        }

        for (; SampleAtNs(sample) <= atNs; sample++)
        {
            said.ResetWrittenCount();
            Speak(Look(SampleAtNs(sample)), said);
            output.Write(SampleAtNs(sample), said.WrittenSpan);
        }

        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => Pleth.On is null ? null : Pleth.TrueCounts;

    /// <summary>What the device writes at a sample, if anything.</summary>
    protected abstract void Speak(in OximeterMoment moment, IBufferWriter<byte> wire);

    /// <summary>Writes at once, for instance an answer.</summary>
    protected void Say(long atNs, ReadOnlySpan<byte> bytes) => output.Write(atNs, bytes);

    private long SampleAtNs(long number) => number * Nanoseconds.PerSecond / perSecond;

    private OximeterMoment Look(long atNs)
    {
        double counts = Pleth.Next(atNs);
        bool begins = NoticesPulse(atNs);
        bool held = Pleth.IsOnSkin && atNs - pulseAtNs <= Nanoseconds.FromSeconds(HoldSeconds);
        long? meanNs = held && pulses >= Averaged ? (lengthsNs[0] + lengthsNs[1] + lengthsNs[2] + lengthsNs[3]) / Averaged : null;
        return new OximeterMoment(
            atNs,
            sample,
            counts,
            Pleth.PulseCounts,
            Pleth.IsOnSkin,
            begins,
            atNs - pulseAtNs < Nanoseconds.FromSeconds(MarkSeconds),
            atNs - pulseAtNs > Nanoseconds.FromSeconds(OutOfTrackSeconds),
            meanNs is { } mean ? (int)((60.0 * Nanoseconds.PerSecond / mean) + 0.5) : null,
            meanNs is null ? null : (int)(lengthsNs[(pulses - 1) % Averaged] / 1_000_000),
            meanNs is null ? null : patient.Truth.SpO2Percent);
    }

    private bool NoticesPulse(long atNs)
    {
        if (Pleth.On is not { } toe || Pleth.BeatIndex == beat)
        {
            return false;
        }

        beat = Pleth.BeatIndex;
        if (Pleth.PulseCounts <= 0 || Pleth.PulseCounts < 5 * patient.Truth.ToePulse.NoiseCounts)
        {
            return false;
        }

        lengthsNs[pulses++ % Averaged] = patient.BeatAt(toe, atNs).LengthNs;
        pulseAtNs = atNs;
        return true;
    }
}
