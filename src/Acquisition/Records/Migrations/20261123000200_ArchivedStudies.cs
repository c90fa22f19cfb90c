using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vascular.Acquisition.Records.Migrations
{
    /// <inheritdoc />
    public partial class ArchivedStudies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ArchivedStudies",
                columns: table => new
                {
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Pictures = table.Column<string>(type: "TEXT", nullable: false),
                    Instances = table.Column<int>(type: "INTEGER", nullable: true),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    PatientId = table.Column<string>(type: "TEXT", nullable: true),
                    PatientIssuer = table.Column<string>(type: "TEXT", nullable: true),
                    PatientSex = table.Column<string>(type: "TEXT", nullable: true),
                    Accession = table.Column<string>(type: "TEXT", nullable: true),
                    Date = table.Column<string>(type: "TEXT", nullable: true),
                    Description = table.Column<string>(type: "TEXT", nullable: true),
                    ArrivedUtcNs = table.Column<long>(type: "INTEGER", nullable: false),
                    ReadUtcNs = table.Column<long>(type: "INTEGER", nullable: false),
                    PatientSystem = table.Column<string>(type: "TEXT", nullable: true),
                    PatientValue = table.Column<string>(type: "TEXT", nullable: true),
                    Examination = table.Column<Guid>(type: "TEXT", nullable: true),
                    BoundBy = table.Column<string>(type: "TEXT", nullable: true),
                    BoundUtcNs = table.Column<long>(type: "INTEGER", nullable: true),
                    Doubts = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ArchivedStudies", x => x.Study);
                });

            migrationBuilder.CreateTable(
                name: "ChangePositions",
                columns: table => new
                {
                    Archive = table.Column<string>(type: "TEXT", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChangePositions", x => x.Archive);
                });

            migrationBuilder.CreateTable(
                name: "ExaminationOrders",
                columns: table => new
                {
                    Examination = table.Column<Guid>(type: "TEXT", nullable: false),
                    PatientSystem = table.Column<string>(type: "TEXT", nullable: false),
                    PatientValue = table.Column<string>(type: "TEXT", nullable: false),
                    PatientSex = table.Column<string>(type: "TEXT", nullable: true),
                    Accession = table.Column<string>(type: "TEXT", nullable: true),
                    Study = table.Column<string>(type: "TEXT", nullable: true),
                    Side = table.Column<string>(type: "TEXT", nullable: true),
                    Step = table.Column<string>(type: "TEXT", nullable: true),
                    Procedure = table.Column<string>(type: "TEXT", nullable: true),
                    Description = table.Column<string>(type: "TEXT", nullable: true),
                    FromWorklist = table.Column<bool>(type: "INTEGER", nullable: false),
                    User = table.Column<string>(type: "TEXT", nullable: false),
                    AtUtcNs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ExaminationOrders", x => x.Examination);
                });

            migrationBuilder.CreateTable(
                name: "StudyEvents",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    AtUtcNs = table.Column<long>(type: "INTEGER", nullable: false),
                    User = table.Column<string>(type: "TEXT", nullable: false),
                    What = table.Column<string>(type: "TEXT", nullable: false),
                    Detail = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StudyEvents", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ArchivedPictures",
                columns: table => new
                {
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    Instance = table.Column<string>(type: "TEXT", nullable: false),
                    Series = table.Column<string>(type: "TEXT", nullable: false),
                    Modality = table.Column<string>(type: "TEXT", nullable: false),
                    Frames = table.Column<int>(type: "INTEGER", nullable: false),
                    Rows = table.Column<int>(type: "INTEGER", nullable: false),
                    Columns = table.Column<int>(type: "INTEGER", nullable: false),
                    SaidSide = table.Column<string>(type: "TEXT", nullable: true),
                    Side = table.Column<string>(type: "TEXT", nullable: true),
                    BodyPart = table.Column<string>(type: "TEXT", nullable: true),
                    Description = table.Column<string>(type: "TEXT", nullable: true),
                    SinceVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    GoneVersion = table.Column<int>(type: "INTEGER", nullable: true),
                    Fault = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ArchivedPictures", x => new { x.Study, x.Instance });
                    table.ForeignKey(
                        name: "FK_ArchivedPictures_ArchivedStudies_Study",
                        column: x => x.Study,
                        principalTable: "ArchivedStudies",
                        principalColumn: "Study",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ExaminationOrders_Accession",
                table: "ExaminationOrders",
                column: "Accession");

            migrationBuilder.CreateIndex(
                name: "IX_ExaminationOrders_Study",
                table: "ExaminationOrders",
                column: "Study");

            migrationBuilder.CreateIndex(
                name: "IX_StudyEvents_Study",
                table: "StudyEvents",
                column: "Study");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ArchivedPictures");

            migrationBuilder.DropTable(
                name: "ChangePositions");

            migrationBuilder.DropTable(
                name: "ExaminationOrders");

            migrationBuilder.DropTable(
                name: "StudyEvents");

            migrationBuilder.DropTable(
                name: "ArchivedStudies");
        }
    }
}
