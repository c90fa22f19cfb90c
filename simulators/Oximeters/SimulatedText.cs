using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Oximeters;

/// <summary>A board with one PulseSensor in visualizer mode: a sample every 20 ms, rate and interval at each beat.</summary>
/// <remarks>Layout: docs/devices/pulsesensor.md.</remarks>
public sealed class SimulatedPulseSensor(string name, SimulatedPatient patient, ulong seed)
    : SimulatedOximeter(name, patient, seed, samplesPerSecond: 50, bitsPerSecond: 115_200)
{
    protected override void Speak(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"S{moment.Scaled(8, 0, 1023)}\r\n"), wire);
        if (moment.PulseBegins)
        {
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"B{moment.PulsePerMin ?? 0}\r\nQ{moment.IntervalMs ?? 0}\r\n"), wire);
        }
    }
}

/// <summary>A Masimo monitor in ASCII 1: one line a second.</summary>
/// <remarks>Layout: docs/devices/masimo.md.</remarks>
/// <param name="start">What the device's clock says at time 0.</param>
/// <param name="jump">When somebody sets that clock, and by how much.</param>
public sealed class SimulatedMasimo(string name, SimulatedPatient patient, ulong seed, DateTimeOffset start, (long AtNs, long ByNs)? jump = null)
    : SimulatedOximeter(name, patient, seed, samplesPerSecond: PerSecond, bitsPerSecond: 9600)
{
    private const int PerSecond = 50;

    protected override void Speak(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        if (moment.Sample % PerSecond != 0)
        {
            return;
        }

        string saturation = moment.Spo2Percent is { } percent ? percent.ToString("000", CultureInfo.InvariantCulture) : "---";
        string rate = moment.PulsePerMin is { } perMin ? perMin.ToString("000", CultureInfo.InvariantCulture) : "---";
        string perfusion = moment.PulsePerMin is null ? "--.--" : moment.PerfusionIndexPercent.ToString("00.00", CultureInfo.InvariantCulture);
        int exceptions = 0x800 | (moment.SensorOn ? 0 : 0x020) | (moment.OutOfTrack && moment.SensorOn ? 0x008 : 0);
        long jumpedNs = jump is { } set && moment.AtNs >= set.AtNs ? set.ByNs : 0;
        DateTimeOffset now = start.AddTicks((moment.AtNs + jumpedNs) / 100);
        Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{now:MM/dd/yy HH:mm:ss} SN=0000093112 SPO2={saturation}% BPM={rate} PI={perfusion}% SPCO=--% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC={exceptions:X6}\n\r"),
            wire);
    }
}
