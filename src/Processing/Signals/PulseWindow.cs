#pragma warning disable CA1822
namespace Vascular.Processing.Signals;
public enum PulseWord { Unreadable, Nonpulsatile, Pulsatile }
public sealed class PulseWindow { public PulseWindow(double r){} public PulseWord Word => PulseWord.Unreadable; public void Add(double v){} public void LeadOff(){} public void Restart(){} }
