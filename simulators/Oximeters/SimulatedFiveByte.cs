using System.Buffers;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Oximeters;

/// <summary>An oximeter that streams five-byte frames by itself, in the words of Berry (100 a second) or of the old Contec CMS50D+ (60 a second).</summary>
/// <remarks>Layout: docs/devices/oximeter-5byte.md.</remarks>
public sealed class SimulatedFiveByte(string name, SimulatedPatient patient, ulong seed, bool berry)
    : SimulatedOximeter(name, patient, seed, berry ? 100 : 60, berry ? 115_200 : 19_200)
{
    protected override void Speak(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        int rate = moment.PulsePerMin ?? 0xFF;
        int pleth = !moment.SensorOn ? 0 : berry ? Math.Max(1, moment.Scaled(40, 0, 100)) : moment.Scaled(32, 0, 127);
        int bar = !moment.SensorOn ? 0 : Math.Clamp((int)(moment.PulseCounts / 200), 1, 15);
        wire.Write<byte>(
        [
            (byte)(0x80 | (moment.SensorOn ? 6 : 0x10) | (moment.PulseMarked ? 0x40 : 0)),
            (byte)pleth,
            (byte)(bar | (moment.SensorOn ? 0 : 0x10) | (moment.OutOfTrack ? 0x20 : 0) | ((rate & 0x80) >> 1)),
            (byte)(rate & 0x7F),
            (byte)(moment.Spo2Percent ?? 0x7F),
        ]);
    }
}
