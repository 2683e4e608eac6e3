%{ for z in zones ~}
  zone ${zone}
%{ endfor ~}
