using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Par;

/// <summary>One measurement by the module itself: pumps until the pulse is gone, lets go in steps, answers with what the patient's arm had.</summary>
/// <remarks>A module without error: its systolic pressure is the mean over the beats of the measurement, rounded to 1 mmHg (through a narrow cuff it reads high). The mean pressure is
/// diastolic plus a third of the pulse pressure. What is simulated is the conversation and its timing, not oscillometry.</remarks>
internal sealed class ParMeasurement
{
    private const double PumpMmHgPerS = 30;
    private const double HigherMmHg = 30;
    private const double StepMmHg = 6;
    private const double BelowDiastolicMmHg = 20;
    private const int MessageLoose = 6;
    private const int MessageNoPulse = 9;
    private const int MessageOutOfRange = 10;

    private readonly SimulatedPatient patient;
    private readonly SimulatedCuff cuff;
    private long steppingSinceNs;
    private Phase phase = Phase.Pumping;
    private ParStatus outcome = new() { State = ParState.Idle };

    public ParMeasurement(SimulatedPatient patient, SimulatedCuff cuff, long atNs, double startMmHg)
    {
        (this.patient, this.cuff) = (patient, cuff);
        NextAtNs = cuff.Inflate(atNs, startMmHg, PumpMmHgPerS);
    }

    private enum Phase
    {
        Pumping,
        Stepping,
        Emptying,
    }

    /// <summary>When the next movement is due.</summary>
    public long NextAtNs { get; private set; }

    /// <summary>The next movement; the outcome once the cuff is empty.</summary>
    public ParStatus? Next(long atNs)
    {
        switch (phase)
        {
            case Phase.Pumping:
                Pumped(atNs);
                return null;
            case Phase.Stepping when cuff.PressureAt(atNs) > patient.Truth.ArmDiastolicMmHg - BelowDiastolicMmHg:
                StepDown(atNs);
                return null;
            case Phase.Stepping:
                Empty(atNs, Result(atNs));
                return null;
            default:
                return outcome;
        }
    }

    private void Pumped(long atNs)
    {
        if (cuff.On is not { } site)
        {
            Empty(atNs, Failed(MessageLoose));
        }
        else if (patient.Truth.IsAmputated(site) || !patient.Truth.Arteries.ContainsKey(site))
        {
            Empty(atNs, Failed(MessageNoPulse));
        }
        else if (patient.Flows(site, patient.BeatAt(site, atNs), atNs))
        {
            double higher = cuff.PressureAt(atNs) + HigherMmHg;
            if (higher > cuff.LimitMmHg)
            {
                Empty(atNs, Failed(MessageOutOfRange));
            }
            else
            {
                NextAtNs = cuff.Inflate(atNs, higher, PumpMmHgPerS);
            }
        }
        else
        {
            phase = Phase.Stepping;
            steppingSinceNs = atNs;
            StepDown(atNs);
        }
    }

    /// <summary>Lets go a step and listens for a beat and a little.</summary>
    private void StepDown(long atNs)
    {
        cuff.Bleed(atNs, cuff.PressureAt(atNs) - StepMmHg, SimulatedCuff.DumpMmHgPerS);
        NextAtNs = atNs + (patient.Beats.At(atNs).LengthNs * 5 / 4);
    }

    private void Empty(long atNs, ParStatus found)
    {
        (phase, outcome) = (Phase.Emptying, found);
        NextAtNs = cuff.Dump(atNs);
    }

    private ParStatus Result(long atNs)
    {
        Site artery = cuff.On!.Value;
        (double systolic, double length, int beats) = (0, 0, 0);
        for (Heartbeat beat = patient.BeatAt(artery, steppingSinceNs); beat.EndNs < atNs; beat = patient.Beats.After(beat))
        {
            systolic += patient.SystolicMmHg(artery, beat);
            length += beat.LengthNs;
            beats++;
        }

        double top = systolic / beats / cuff.Transmission;
        double bottom = patient.Truth.ArmDiastolicMmHg;
        return new ParStatus
        {
            State = ParState.Idle,
            Result = new ParResult(Whole(top), Whole(bottom), Whole(bottom + ((top - bottom) / 3))),
            PulsePerMin = Whole(60.0 * Nanoseconds.PerSecond * beats / length),
        };
    }

    private static ParStatus Failed(int message) => new() { State = ParState.Idle, Message = message };

    private static int Whole(double value) => (int)Math.Floor(value + 0.5);
}
