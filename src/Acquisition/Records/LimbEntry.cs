using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>What a person entered of a limb that no examination of this station measured: an earlier value, the procedure, an event.</summary>
/// <remarks>Never changed: taken back with name and time, and entered anew. It names no patient: it belongs to whom the examination belongs at whose page it was entered, as long
/// as that examination keeps the patient it had then.</remarks>
public sealed class LimbEntry
{
    /// <summary><see cref="Kind"/> of a value.</summary>
    public const string Value = "value";

    /// <summary><see cref="Kind"/> of the procedure.</summary>
    public const string Procedure = "procedure";

    public required Guid Id { get; init; }

    /// <summary>At whose page it was entered.</summary>
    public required Guid Examination { get; init; }

    /// <summary>Patient binding of that examination then: another one later, and the entry was made for the wrong person and counts no more.</summary>
    public required int Binding { get; init; }

    /// <summary><c>R</c> or <c>L</c>.</summary>
    public required string Side { get; init; }

    /// <summary><c>value</c>, <c>procedure</c>, or an event of <c>LimbCourse.Kinds</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>As written: 2018, 2018-04 or 2018-04-15.</summary>
    public required string Date { get; init; }

    /// <summary>Of a value: taken before the procedure, though its date does not say so.</summary>
    public bool Before { get; init; }

    /// <summary>Of a value: ABI, TBI, TP, TcPO2.</summary>
    public string? Test { get; init; }

    /// <summary>Of a value: artery or skin site; empty where there is one.</summary>
    public string Place { get; init; } = "";

    /// <summary>Of a value: as written.</summary>
    public string? Written { get; init; }

    /// <summary>Of a value: everything that must be equal for two values to be compared.</summary>
    public string? Method { get; init; }

    /// <summary>Of the procedure: the circuit was created as planned; <c>yes</c>, <c>no</c>, <c>unknown</c>.</summary>
    public string? Circuit { get; init; }

    /// <summary>Of the procedure: straight flow into the venous loop of the foot; <c>yes</c>, <c>no</c>, <c>unknown</c>.</summary>
    public string? StraightFlow { get; init; }

    /// <summary>Of a major amputation: <c>ankle</c>, <c>below_knee</c>, <c>through_knee</c>, <c>above_knee</c>.</summary>
    public string? Level { get; init; }

    public string Says { get; init; } = "";

    public required string EnteredBy { get; init; }

    public required long EnteredUtcNs { get; init; }

    /// <summary>Null while it stands.</summary>
    public string? WithdrawnBy { get; set; }

    public long? WithdrawnUtcNs { get; set; }

    public bool Stands => WithdrawnBy is null;
}

/// <summary>The table of <see cref="LimbEntry"/>.</summary>
internal sealed class LimbEntryTable : IEntityTypeConfiguration<LimbEntry>
{
    public void Configure(EntityTypeBuilder<LimbEntry> builder)
    {
        builder.ToTable("LimbEntries");
        builder.HasKey(e => e.Id);
        builder.Ignore(e => e.Stands);
        builder.HasIndex(e => e.Examination);
        builder.HasOne<Examination>().WithMany().HasForeignKey(e => e.Examination).OnDelete(DeleteBehavior.Restrict);
    }
}
